//! Optional elements left out of answers: what rests on them is unknown, and nothing else moves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::catalogue::endpoint;
use qualys_sec_inspector::finding::CheckState;
use qualys_sec_inspector::profile::{Inputs, Profile};

use crate::judged::{Loaded, keep, keep_silent, spec};
use crate::profile;
use crate::tenant::{Kind, Tenant};

/// Elements that answers leave out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silence {
    endpoints: &'static [&'static str],
    elements: &'static [&'static str],
}

/// A silence, and the checks of which it makes something unknown.
struct Row {
    silence: Silence,
    unknown: &'static [&'static str],
}

const fn row(
    endpoints: &'static [&'static str],
    elements: &'static [&'static str],
    unknown: &'static [&'static str],
) -> Row {
    Row { silence: Silence { endpoints, elements }, unknown }
}

const CONNECTORS: &[&str] = &[
    "am/aws-connectors",
    "am/azure-connectors",
    "am/gcp-connectors",
    "cloud/aws-connectors",
    "cloud/azure-connectors",
    "cloud/gcp-connectors",
];

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row(&["vm/option-profiles"], &["AUTHENTICATION"], &["C03-01", "C03-10", "C03-13", "C08-09"]),
    row(&["vm/option-profiles"], &["TCP_PORTS_TYPE"], &["C03-04", "C03-06", "C03-09", "C03-10", "C14-05"]),
    row(&["vm/option-profiles"], &["UDP_PORTS_TYPE"], &["C03-05"]),
    row(&["vm/option-profiles"], &["COMPLETE"], &["C03-02", "C03-10", "C14-05"]),
    row(&["vm/option-profiles"], &["AUTHORITATIVE_OPTION"], &["C03-09"]),
    row(&["vm/option-profiles"], &["HOST_NOT_FOUND_ALIVE"], &["C03-08"]),
    row(&["vm/option-profiles"], &["IS_DEFAULT"], &["C03-13"]),
    row(&["vm/asset-groups"], &["OWNER_USER_ID"], &["C04-08", "C13-10"]),
    row(&["vm/asset-groups"], &["BUSINESS_IMPACT"], &["C17-06"]),
    row(&["vm/appliances"], &["STATUS"], &["C06-01", "C06-02", "C06-03"]),
    row(&["vm/appliances"], &["HEARTBEATS_MISSED"], &["C06-03"]),
    row(&["vm/appliances"], &["VULNSIGS_LATEST"], &["C06-04"]),
    row(&["vm/appliances"], &["ML_LATEST"], &["C06-05"]),
    row(&["vm/appliances"], &["CREATED"], &["C06-09"]),
    row(&["vm/users"], &["USER_STATUS"], &["C04-08", "C12-07", "C12-08", "C13-01", "C13-02", "C13-03", "C13-04", "C13-05", "C13-06", "C13-07", "C13-08", "C13-09", "C13-10", "C13-11", "C13-12", "C13-13"]),
    row(&["vm/users"], &["LAST_LOGIN_DATE"], &["C13-01", "C13-02"]),
    row(&["vm/users"], &["CREATION_DATE"], &["C13-02", "C13-13"]),
    row(&["vm/users"], &["USER_ROLE"], &["C13-02", "C13-03", "C13-04", "C13-05", "C13-07", "C13-08", "C13-09", "C13-12"]),
    row(&["vm/users"], &["EMAIL"], &["C12-07", "C13-06", "C13-11"]),
    row(&["vm/users"], &["PERMISSIONS"], &["C13-08", "C13-12"]),
    row(CONNECTORS, &["disabled", "isDisabled"], &["C05-01", "C05-02", "C05-03", "C05-04", "C05-05", "C05-07", "C05-08"]),
    row(CONNECTORS, &["connectorState", "state"], &["C05-01", "C05-07"]),
    row(CONNECTORS, &["totalAssets"], &["C05-07"]),
    row(CONNECTORS, &["awsAccountId", "subscriptionId", "projectId", "arn"], &["C05-05", "C05-06", "C05-08"]),
    row(&["am/host-assets"], &["accountId"], &["C05-06"]),
    row(&["am/host-assets"], &["lastCheckedIn"], &["C01-01", "C02-02", "C02-04", "C07-02", "C07-03", "C07-06", "C08-02", "C20-01"]),
    row(&["am/host-assets"], &["agentVersion"], &["C07-05"]),
    row(&["am/host-assets"], &["activatedModule"], &["C01-01", "C02-02", "C02-04", "C07-02", "C07-04", "C07-06", "C07-08", "C08-02", "C20-01"]),
    row(&["vm/auth-record-details"], &["LOGIN_TYPE", "DIGITAL_VAULT"], &["C08-06", "C08-07"]),
    row(&["vm/auth-record-details"], &["LAST_MODIFIED"], &["C08-06"]),
    row(&["vm/auth-detections"], &["LAST_FOUND_DATETIME"], &["C08-05"]),
    row(&["pc/policies"], &["STATUS"], &["C09-01", "C09-02", "C09-03", "C09-04", "C09-05", "C09-06", "C09-07", "C09-08", "C09-10"]),
    row(&["pc/controls"], &["HASH_TYPE"], &["C09-12"]),
    row(&["pc/controls"], &["IGNORE_ERROR"], &["C09-13"]),
    row(&["pc/exceptions"], &["STATUS"], &["C09-14"]),
    row(&["vm/detections"], &["LAST_TEST_DATETIME"], &["C10-08"]),
    row(&["vm/detections"], &["TIMES_REOPENED"], &["C10-10"]),
    row(&["vm/detections"], &["LAST_FIXED_DATETIME"], &["C10-11"]),
    row(&["vm/detections"], &["FIRST_FOUND_DATETIME"], &["C10-01", "C10-02", "C10-03", "C10-04", "C10-05", "C10-06", "C10-11", "C11-04", "C17-02", "C17-03"]),
    row(&["vm/knowledge-base"], &["PATCHABLE"], &["C11-02", "C11-03", "C11-04"]),
    row(&["vm/knowledge-base"], &["PATCH_PUBLISHED_DATE", "PUBLISHED_DATETIME"], &["C11-02", "C11-03"]),
    row(&["vm/knowledge-base"], &["TITLE", "CATEGORY"], &["C11-05"]),
    row(&["vm/knowledge-base"], &["SEVERITY_LEVEL"], &["C16-07"]),
    row(&["vm/hosts"], &["LAST_BOOT"], &["C11-06"]),
    row(&["vm/report-schedules"], &["ACTIVE"], &["C12-01", "C12-02", "C12-03", "C12-04", "C12-08"]),
    row(&["vm/reports"], &["LAUNCH_DATETIME"], &["C12-03", "C12-09"]),
    row(&["vm/reports"], &["STATUS"], &["C12-03", "C12-09"]),
    row(&["vm/report-templates"], &["USER"], &["C12-08"]),
    row(&["vm/excluded-ip-history"], &["DATETIME"], &["C16-05", "C16-06", "C16-12"]),
    row(&["was/web-apps", "was/web-app-details"], &["createdDate"], &["C15-02"]),
    row(&["was/scans"], &["launchedDate"], &["C15-01", "C15-04", "C15-07"]),
    row(&["was/scans"], &["authStatus"], &["C15-04"]),
    row(&["was/scans"], &["resultsStatus"], &["C15-01", "C15-02", "C15-07"]),
    row(&["was/schedules"], &["active"], &["C15-03"]),
    row(&["was/auth-records"], &["updatedDate"], &["C15-06"]),
    row(&["was/catalog"], &["createdDate"], &["C15-08"]),
    row(&["was/findings"], &["firstDetectedDate"], &["C15-11"]),
    row(&["vm/hosts", "am/host-assets"], &["ASSET_CRITICALITY_SCORE", "criticalityScore"], &["C17-05"]),
];

impl Silence {
    /// Whether the answers of this path leave something out.
    pub(crate) fn strikes(self, path: &str) -> bool {
        let known = self.endpoints.iter().filter_map(|id| endpoint(id));
        let mut heads = known
            .flat_map(|one| one.variants)
            .map(|variant| variant.path.split_once('{').map_or(variant.path, |(head, _)| head));
        heads.any(|head| path.starts_with(head))
    }

    pub(crate) fn hush(self, body: &[u8]) -> Vec<u8> {
        let text = String::from_utf8(body.to_vec()).unwrap();
        if text.trim_start().starts_with(['{', '[']) {
            let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
            self.hush_value(&mut value);
            return serde_json::to_vec(&value).unwrap();
        }
        self.elements.iter().fold(text, |text, name| without(&text, name)).into_bytes()
    }

    fn hush_value(self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.retain(|name, _| !self.elements.contains(&name.as_str()));
                for value in members.values_mut() {
                    self.hush_value(value);
                }
            }
            serde_json::Value::Array(items) => {
                for value in items {
                    self.hush_value(value);
                }
            }
            _ => {}
        }
    }
}

/// A document without the elements of this name, in any letter case.
fn without(text: &str, name: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let (open, close) =
        (format!("<{}", name.to_ascii_lowercase()), format!("</{}>", name.to_ascii_lowercase()));
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(&open).map(|found| at + found) {
        let behind = found + open.len();
        if !lower[behind..].starts_with(['>', '/', ' ']) {
            kept.push_str(&text[at..behind]);
            at = behind;
            continue;
        }
        kept.push_str(&text[at..found]);
        let end = behind + lower[behind..].find('>').unwrap() + 1;
        at = if lower[..end].ends_with("/>") {
            end
        } else {
            end + lower[end..].find(&close).unwrap() + close.len()
        };
    }
    kept.push_str(&text[at..]);
    kept
}

fn neglected() -> Tenant {
    Tenant::new(&spec(Kind::Neglected, 1, Some(0)))
}

/// Findings, state and unknown subjects of every check.
type Said = BTreeMap<String, (BTreeSet<String>, CheckState, u64)>;

fn said(report: &Report) -> Said {
    let checks = report.controls.iter().flat_map(|control| &control.checks);
    checks
        .map(|check| {
            let of_check = report.findings.iter().filter(|finding| finding.check == check.id);
            let keys = of_check.map(|finding| finding.key.clone()).collect();
            (check.id.to_string(), (keys, check.state, check.unknown))
        })
        .collect()
}

/// What the list leaves out changes an option profile (C03-12), and patches of which nothing is
/// said are what C11-01 is about.
const BY_THEMSELVES: [&str; 2] = ["C03-12", "C11-01"];

/// Silences that have neither an endpoint nor a check in common are tried together.
fn batches() -> Vec<Vec<&'static Row>> {
    let mut batches: Vec<Vec<&'static Row>> = Vec::new();
    for row in ROWS {
        let meets = |other: &&Row| {
            let silence = &other.silence;
            silence.endpoints.iter().any(|one| row.silence.endpoints.contains(one))
                || other.unknown.iter().any(|check| row.unknown.contains(check))
        };
        match batches.iter_mut().find(|batch| !batch.iter().any(meets)) {
            Some(batch) => batch.push(row),
            None => batches.push(vec![row]),
        }
    }
    batches
}

fn compare(batch: &[&Row], before: &Said, judge: impl Fn(&Loaded) -> Report) -> Vec<String> {
    let silences = batch.iter().map(|row| row.silence).collect();
    let after = said(&judge(&keep_silent(neglected(), silences).open()));
    let mut wrong = Vec::new();
    for (check, (had, was, of_which)) in before {
        let (has, is, unknown) = &after[check];
        let row = batch.iter().find(|row| row.unknown.contains(&check.as_str()));
        let new = has.difference(had).next();
        let right = if row.is_some() {
            let is_said = unknown > of_which || *is == CheckState::NotAssessed;
            new.is_none() && *is != CheckState::Pass && is_said
        } else {
            (has, is, unknown) == (had, was, of_which) || BY_THEMSELVES.contains(&check.as_str())
        };
        if !right {
            let left_out: Vec<_> = match row {
                Some(row) => vec![row.silence.elements],
                None => batch.iter().map(|row| row.silence.elements).collect(),
            };
            let (was, is) = (was.word(), is.word());
            let lost = had.difference(has).count();
            wrong.push(format!(
                "without {left_out:?}: {check} {was} -> {is}, {lost} findings lost, new {new:?}, \
                 {of_which} -> {unknown} unknown"
            ));
        }
    }
    wrong
}

#[test]
fn an_element_that_is_left_out_makes_exactly_its_checks_unknown() {
    let folder = tempfile::tempdir().unwrap();
    profile::write(&neglected(), folder.path()).unwrap();
    let own = Profile::load(Some(&folder.path().join("profile.toml")), None, &[]).unwrap();
    let inputs: Inputs = own.inputs().unwrap();
    let judge = |loaded: &Loaded| loaded.report(&own, &inputs);
    let before = said(&judge(&keep(neglected(), &[], None).open()));
    let batches = batches();
    let next = AtomicUsize::new(0);
    let wrong: Vec<String> = thread::scope(|scope| {
        let work = || {
            let mut wrong = Vec::new();
            while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
                wrong.extend(compare(batch, &before, judge));
            }
            wrong
        };
        let threads = thread::available_parallelism().map_or(2, Into::into);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// In how many ways something that the check rests on is left out.
pub(crate) fn silences(check: &str) -> usize {
    ROWS.iter().filter(|row| row.unknown.contains(&check)).count()
}

#[test]
fn every_silence_is_in_one_batch() {
    let batches = batches();
    assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), ROWS.len());
    assert!(batches.len() < ROWS.len() / 3, "{} batches", batches.len());
}

#[test]
fn elements_are_left_out_whole() {
    for (text, name, expected) in [
        ("<A><B>1</B><BC>2</BC></A>", "B", "<A><BC>2</BC></A>"),
        ("<a><b x=\"1\">1</b><b/></a>", "B", "<a></a>"),
        ("<A><C>1</C></A>", "B", "<A><C>1</C></A>"),
    ] {
        assert_eq!(without(text, name), expected);
    }
}
