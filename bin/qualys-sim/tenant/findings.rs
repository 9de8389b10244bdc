//! How a plant writes a vulnerability and a detection, and what it declares by that.

use rand::Rng as _;

use super::builder::{Builder, DAY, HostHandle};
use super::key::Resource;
use super::ledger::Class;
use super::model::{Detection, Stamp, Vuln};
use super::names;

impl Builder {
    /// A new vulnerability of this severity; its QID.
    pub(crate) fn vuln(&mut self, severity: u8) -> u32 {
        let qid = self.qid();
        let vuln = self.vuln_entry(qid, severity);
        self.vulns.insert(qid, vuln);
        qid
    }

    pub(crate) fn vuln_entry(&mut self, qid: u32, severity: u8) -> Vuln {
        let pick = |rng: &mut rand_chacha::ChaCha8Rng, words: &[&'static str]| {
            words.get(rng.random_range(0..words.len())).copied().unwrap_or("Example")
        };
        let product = pick(&mut self.rng, names::PRODUCTS);
        let flaw = pick(&mut self.rng, names::FLAWS);
        let published = self.clock - self.rng.random_range(1_300 * DAY..2_000 * DAY);
        let base = 20 * severity - self.rng.random_range(0..15);
        Vuln {
            qid,
            vuln_type: "Vulnerability".to_owned(),
            severity,
            title: format!("{product} {flaw} ({qid})"),
            category: "Local".to_owned(),
            last_service_modification: Some(published + 40 * DAY),
            published,
            code_modified: Some(published + 20 * DAY),
            patch_published: Some(self.clock - self.rng.random_range(3 * DAY..25 * DAY)),
            patchable: Some(true),
            software: vec![(product.to_lowercase(), "example".to_owned())],
            vendor_references: vec![format!("EX-{qid}")],
            cves: vec![format!("CVE-2020-{qid:07}")],
            diagnosis: format!("{product} handles a request wrongly.<P>Affected: before 4.2.<BR>"),
            consequence: "An attacker may gain more rights than intended.".to_owned(),
            solution: "Upgrade to 4.2 or later.<BR>".to_owned(),
            cvss2: Some(base.saturating_sub(5)),
            cvss3: Some(base),
            pci_flag: severity >= 3,
            remote: qid.is_multiple_of(2),
            auth_types: vec!["Unix".to_owned(), "Windows".to_owned()],
            ..Vuln::default()
        }
    }

    /// Writes a confirmed, active finding first seen `age` seconds ago; its place in the host.
    pub(crate) fn put(
        &mut self,
        host: HostHandle,
        qid: u32,
        severity: u8,
        age: i64,
    ) -> &mut Detection {
        let unique_vuln_id = self.vuln_id();
        let clock = self.clock;
        let planted = &mut self.hosts[host.0];
        let seen = planted.host.last_vm_scan;
        let number = u16::try_from(planted.detections.len() % 40_000).unwrap_or(0);
        planted.detections.push(Detection {
            unique_vuln_id,
            qid,
            kind: "Confirmed".to_owned(),
            severity,
            port: Some(2_000 + number),
            protocol: Some("tcp".to_owned()),
            ssl: number % 2 == 1,
            status: Some("Active".to_owned()),
            first_found: Stamp::At(clock - age),
            last_found: seen,
            qds: Some(20 * severity - 3),
            times_found: 17,
            last_test: seen,
            last_update: seen,
            last_processed: seen,
            ..Detection::default()
        });
        let last = planted.detections.len() - 1;
        &mut planted.detections[last]
    }

    pub(crate) fn groups_of(&self, host: HostHandle) -> Vec<u64> {
        self.hosts[host.0].host.group_ids.clone()
    }

    /// An open finding older than its limit: reported by its QID.
    pub(crate) fn overdue(
        &mut self,
        host: HostHandle,
        qid: u32,
        class: Class,
        age: i64,
        plant: &str,
    ) -> &mut Detection {
        let groups = self.groups_of(host);
        self.ledger.open(class, true, &groups);
        let why = format!("open for more than {} days", class.limit());
        self.key.finding(plant, class.check(), Resource::qid(qid), &why);
        if class == Class::Critical {
            let why = "a score of 97, open for more than 14 days";
            self.key.finding(plant, "C17-03", Resource::qid(qid), why);
        }
        self.put(host, qid, class.severity(), age)
    }

    /// An open finding inside its limit.
    pub(crate) fn in_time(
        &mut self,
        host: HostHandle,
        qid: u32,
        class: Class,
        age: i64,
    ) -> &mut Detection {
        let groups = self.groups_of(host);
        self.ledger.open(class, false, &groups);
        self.put(host, qid, class.severity(), age)
    }

    /// A finding fixed `ago` seconds before the clock after `took` seconds, in the last 30 days.
    pub(crate) fn fixed(&mut self, host: HostHandle, qid: u32, class: Class, ago: i64, took: i64) {
        self.ledger.fixed(took > class.limit() * DAY);
        self.fixed_before(host, qid, class, ago, took);
    }

    /// The same before the last 30 days, where nobody counts it.
    pub(crate) fn fixed_before(
        &mut self,
        host: HostHandle,
        qid: u32,
        class: Class,
        ago: i64,
        took: i64,
    ) {
        let fixed = self.clock - ago;
        let detection = self.put(host, qid, class.severity(), ago + took);
        detection.status = Some("Fixed".to_owned());
        detection.last_fixed = Some(fixed);
        detection.last_found = Some(fixed - DAY);
    }

    pub(crate) fn fine(&mut self, plant: &str, check: &'static str, qid: u32, why: &str) {
        self.key.none(plant, check, Resource::qid(qid), why);
    }
}
