//! The tenants against their own promises: sound, repeatable, scaled, with a case for every check.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::builder::DAY;
use super::key::{self, CHECKS, Expect, KeyRecord, View};
use super::model::{Detection, Stamp};
use super::{Kind, Spec, Tenant};

const CLOCK: i64 = 1_770_000_000;

fn spec(kind: Kind, seed: u64) -> Spec {
    let hosts = (kind == Kind::Huge).then_some(2_500);
    Spec { kind, seed, hosts, detections_per_host: None, clock: CLOCK }
}

fn tenant(kind: Kind) -> Tenant {
    Tenant::new(&spec(kind, 1))
}

fn expected(tenant: &Tenant, expect: Expect) -> Vec<&KeyRecord> {
    seen(tenant, View::Plain, expect)
}

fn seen(tenant: &Tenant, view: View, expect: Expect) -> Vec<&KeyRecord> {
    tenant.key(view).iter().filter(|record| record.expect == expect).collect()
}

fn detections(tenant: &Tenant) -> impl Iterator<Item = Detection> {
    (0..tenant.host_count()).flat_map(|number| tenant.detections(number))
}

#[test]
fn equal_specs_make_equal_tenants() {
    for kind in Kind::ALL {
        let (one, two) = (tenant(kind), tenant(kind));
        for view in [View::Plain, View::Own] {
            assert_eq!(one.key(view), two.key(view), "{}", kind.name());
        }
        assert_eq!(one.schedules, two.schedules);
        assert_eq!(one.knowledge_base, two.knowledge_base);
        assert_eq!(one.activity, two.activity);
        for number in 0..one.host_count() {
            assert_eq!(one.host(number), two.host(number));
            assert_eq!(one.host_asset(number), two.host_asset(number));
            assert_eq!(one.detections(number), two.detections(number));
        }
    }
}

/// Compares the ages of all findings, of the bulk too.
const OF_ALL: &str = "C17-02";

#[test]
fn seeds_differ_in_names_and_numbers_but_not_in_faults() {
    let cases = |tenant: &Tenant| -> BTreeSet<String> {
        let found = expected(tenant, Expect::Finding).into_iter();
        found.filter(|record| record.check != OF_ALL).map(|record| record.plant.clone()).collect()
    };
    let first = tenant(Kind::Neglected);
    for seed in 2..40 {
        let other = Tenant::new(&spec(Kind::Neglected, seed));
        let apart: Vec<String> =
            cases(&first).symmetric_difference(&cases(&other)).cloned().collect();
        assert!(apart.is_empty(), "seed {seed}: {apart:?}");
        assert_ne!(first.asset_groups, other.asset_groups);
        assert_ne!(first.host(0).id, other.host(0).id);
    }
}

#[test]
fn the_bulk_scales_without_touching_the_plants() {
    for kind in [Kind::Tidy, Kind::Neglected] {
        let plants = |hosts, detections| -> BTreeSet<String> {
            let spec =
                Spec { hosts: Some(hosts), detections_per_host: Some(detections), ..spec(kind, 3) };
            let tenant = Tenant::new(&spec);
            tenant
                .key(View::Plain)
                .iter()
                .filter(|record| record.check != OF_ALL)
                .map(|record| format!("{} {:?}", record.key, record.expect))
                .collect()
        };
        let usual = plants(180, 6);
        for other in [plants(1, 0), plants(1_500, 10)] {
            let apart: Vec<_> = usual.symmetric_difference(&other).collect();
            assert!(apart.is_empty(), "{}: {apart:#?}", kind.name());
        }
    }
}

#[test]
fn tidy_and_huge_have_no_finding_and_nothing_unknown_but_what_needs_inputs() {
    for kind in [Kind::Tidy, Kind::Huge] {
        for seed in 0..20 {
            let tenant = Tenant::new(&Spec { hosts: Some(300), ..spec(kind, seed) });
            for view in [View::Plain, View::Own] {
                assert!(seen(&tenant, view, Expect::Finding).is_empty());
                let unknown = seen(&tenant, view, Expect::Unknown);
                assert!(unknown.iter().all(|record| record.state == "not_assessed"));
            }
        }
    }
}

/// Every check with evidence has one case on each side of its line. A check without evidence by
/// default has a case that says so.
#[test]
fn every_check_has_a_fault_and_a_near_miss() {
    let tenants: Vec<Tenant> = Kind::ALL.into_iter().map(tenant).collect();
    for &(check, _) in CHECKS {
        let holds = |expect| {
            tenants
                .iter()
                .filter(|tenant| tenant.kind != Kind::Reader)
                .any(|tenant| expected(tenant, expect).iter().any(|record| record.check == check))
        };
        if check == "C10-04" {
            // By default low has no limit.
            assert!(holds(Expect::Na) && !holds(Expect::Finding));
            let own = |expect| {
                let judged = tenants.iter().flat_map(|tenant| seen(tenant, View::Own, expect));
                judged.filter(|record| record.check == check).count()
            };
            assert!(own(Expect::Finding) > 0 && own(Expect::None) > 1);
            continue;
        }
        assert!(holds(Expect::Finding), "{check} has no fault");
        // A dated row is the only near miss of the data fault: it stands under C10-01.
        let miss = if check == "C10-09" { "near/tomorrow" } else { check };
        let missed = tenants.iter().any(|tenant| {
            expected(tenant, Expect::None).iter().any(|record| record.plant.contains(miss))
        });
        assert!(missed, "{check} has no near miss");
    }
}

#[test]
fn neglected_has_a_fault_in_every_check() {
    let neglected = tenant(Kind::Neglected);
    for &(check, severity) in CHECKS.iter().filter(|(check, _)| *check != "C10-04") {
        let found = expected(&neglected, Expect::Finding);
        let record = found.iter().find(|record| record.check == check).expect(check);
        assert_eq!((record.severity, record.state), (severity, "fail"));
    }
}

/// No tenant is guilty of these: nothing shows them, another baseline asks for them, or the whole
/// subscription would have to be without something.
const WITHOUT_FAULT: [&str; 3] = ["C16-11", "C16-13", "C17-07"];
/// `neglected` is innocent of these; another tenant is not.
const ELSEWHERE: [&str; 16] = [
    "C06-11", "C11-01", "C11-07", "C12-01", "C13-04", "C17-01", "C17-05", "C17-06", "C18-01",
    "C18-06", "C18-08", "C19-01", "C19-02", "C19-03", "C20-04", "C20-10",
];

/// The other controls have their cases in `neglected`, next to what only looks like them; what
/// needs inputs has them with its profile.
#[test]
fn neglected_has_both_sides_of_every_keyed_check() {
    let everywhere: Vec<Tenant> = Kind::ALL.into_iter().map(tenant).collect();
    for &(check, severity) in key::KEYED.iter().filter(|(check, _)| !WITHOUT_FAULT.contains(check))
    {
        let both = |tenant: &Tenant, expect| {
            let views = [View::Plain, View::Own].into_iter();
            let keyed = views.flat_map(|view| seen(tenant, view, expect));
            keyed.filter(|record| record.check == check).cloned().collect::<Vec<KeyRecord>>()
        };
        let found = |tenant: &Tenant| {
            let mine = both(tenant, Expect::Finding);
            assert!(mine.iter().all(|record| record.state == "fail"), "{check}");
            !mine.is_empty()
        };
        let usual = everywhere
            .iter()
            .any(|tenant| both(tenant, Expect::Finding).iter().any(|one| one.severity == severity));
        assert!(usual || check == "C18-02", "{check} never has its own severity");
        for one in &everywhere {
            match one.kind {
                Kind::Neglected => assert_ne!(found(one), ELSEWHERE.contains(&check), "{check}"),
                _ => assert!(one.kind != Kind::Tidy || !found(one), "{check}"),
            }
        }
        let missed = everywhere.iter().any(|tenant| !both(tenant, Expect::None).is_empty());
        assert!(missed, "{check} has no near miss");
    }
}

#[test]
fn a_reader_proves_nothing_of_the_other_controls() {
    let reader = tenant(Kind::Reader);
    for &(check, _) in key::KEYED {
        let records: Vec<_> =
            reader.key(View::Plain).iter().filter(|record| record.check == check).collect();
        assert!(!records.is_empty(), "{check}");
        let is_open = |record: &&KeyRecord| record.expect != Expect::None;
        assert!(records.iter().all(is_open), "{check}");
    }
}

/// In an empty subscription what is not about its one account is not applicable.
#[test]
fn nothing_is_innocent_where_nothing_is() {
    let bare = tenant(Kind::Bare);
    assert_eq!(bare.host_count(), 0);
    for view in [View::Plain, View::Own] {
        let innocent = seen(&bare, view, Expect::None);
        assert!(innocent.iter().all(|record| record.check.starts_with("C13-")));
        assert!(seen(&bare, view, Expect::Na).len() > 120);
        let checks: BTreeSet<&str> = bare.key(view).iter().map(|record| record.check).collect();
        assert_eq!(checks.len(), key::covered().count());
    }
}

#[test]
fn the_ratio_stands_where_each_tenant_promises() {
    let ratio = |kind| {
        let tenant = tenant(kind);
        let record =
            tenant.key(View::Plain).iter().find(|record| record.check == "C02-01").expect("C02-01");
        let numbers: Vec<u64> =
            record.why.split(' ').filter_map(|word| word.parse().ok()).collect();
        (numbers[0], numbers[1], record.expect, record.severity)
    };
    let (part, whole, expect, _) = ratio(Kind::OnlyTwo);
    assert_eq!((part * 5, expect), (whole * 4, Expect::None));
    let (part, whole, expect, severity) = ratio(Kind::NoNetworks);
    assert_eq!((part * 2, expect, severity), (whole, Expect::Finding, "high"));
    let (part, whole, _, severity) = ratio(Kind::OldVersions);
    assert!(part * 2 < whole && severity == "critical");
    let (part, whole, _, severity) = ratio(Kind::Neglected);
    assert!(part * 2 > whole && part * 5 < whole * 4 && severity == "high");
}

#[test]
fn tidy_stands_exactly_at_its_sums() {
    let tidy = tenant(Kind::Tidy);
    let why = |check: &str| {
        let record = tidy
            .key(View::Plain)
            .iter()
            .find(|record| record.check == check && record.resource_type == "subscription");
        let text = record.expect(check).why.clone();
        let numbers: Vec<u64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
        (numbers[0], numbers[1])
    };
    let (never, known) = why("C02-06");
    assert_eq!(never * 20, known);
    let (late, fixes) = why("C10-11");
    assert_eq!(late * 5, fixes);
}

#[test]
fn a_reader_proves_faults_and_nothing_else() {
    let reader = tenant(Kind::Reader);
    for &(check, _) in CHECKS {
        let records: Vec<_> =
            reader.key(View::Plain).iter().filter(|record| record.check == check).collect();
        let state = match check {
            "C01-06" | "C10-01" => "fail",
            "C10-04" => "not_applicable",
            _ => "not_assessed",
        };
        assert!(
            !records.is_empty() && records.iter().all(|record| record.state == state),
            "{check}"
        );
    }
    assert_eq!(reader.caller_role, "Reader");
}

#[test]
fn ids_are_unique_and_refer_to_what_exists() {
    for kind in Kind::ALL {
        let tenant = tenant(kind);
        let hosts: Vec<_> = (0..tenant.host_count()).map(|number| tenant.host(number)).collect();
        assert!(hosts.is_sorted_by(|one, two| one.id < two.id), "host ids rise");
        let host_ids: BTreeSet<u64> = hosts.iter().map(|host| host.id).collect();
        let mut members: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        for host in &hosts {
            let stray = host.ip.is_some_and(|ip| ip.to_string().starts_with("10.38."));
            assert_eq!(host.group_ids.is_empty(), stray, "every other host is in a group");
            for group in &host.group_ids {
                members.entry(*group).or_default().insert(host.id);
            }
        }
        let addresses: BTreeSet<_> =
            hosts.iter().map(|host| (host.network_id, host.ip, host.ipv6)).collect();
        assert_eq!(addresses.len(), hosts.len(), "addresses are unique in a network");

        let group_ids: BTreeSet<u64> = tenant.asset_groups.iter().map(|group| group.id).collect();
        assert_eq!(group_ids.len(), tenant.asset_groups.len());
        let titles: BTreeSet<&str> =
            tenant.asset_groups.iter().map(|group| group.title.as_str()).collect();
        assert_eq!(titles.len(), tenant.asset_groups.len());
        for group in &tenant.asset_groups {
            // Some groups are large by hosts of which the host list says nothing.
            let known = |id: &u64| group.host_ids.len() < 255 || host_ids.contains(id);
            let listed: BTreeSet<u64> = group.host_ids.iter().copied().filter(known).collect();
            let gone: Vec<_> = listed.difference(&host_ids).collect();
            assert!(gone.is_empty(), "{} of {}: {gone:?}", group.title, tenant.kind.name());
            assert_eq!(listed, members.remove(&group.id).unwrap_or_default(), "{}", group.title);
        }
        assert!(members.is_empty(), "hosts name groups that are not there");

        let schedules: BTreeMap<u64, &str> =
            tenant.schedules.iter().map(|one| (one.id, one.title.as_str())).collect();
        assert_eq!(schedules.len(), tenant.schedules.len());
        let named: BTreeSet<&str> = schedules.values().copied().collect();
        assert_eq!(named.len(), schedules.len(), "runs are told apart by the title too");
        let references: BTreeSet<&str> =
            tenant.scans.iter().map(|scan| scan.reference.as_str()).collect();
        assert_eq!(references.len(), tenant.scans.len());
        for run in &tenant.runs {
            let title = schedules.get(&run.schedule_id).expect("a run has a schedule");
            let scan = tenant.scans.iter().find(|scan| scan.reference == run.reference);
            assert_eq!(scan.map(|scan| scan.title.as_str()), Some(*title));
        }
        for title in tenant.schedules.iter().flat_map(|schedule| &schedule.group_titles) {
            assert!(titles.contains(title.as_str()));
        }
        let qids: BTreeSet<u32> = tenant.knowledge_base.iter().map(|vuln| vuln.qid).collect();
        assert!(tenant.knowledge_base.is_sorted_by(|one, two| one.qid < two.qid));
        let mut seen = BTreeSet::new();
        for detection in detections(&tenant) {
            assert!(qids.contains(&detection.qid), "{}", detection.qid);
            assert!(seen.insert(detection.unique_vuln_id));
        }
        let keys: BTreeSet<&str> =
            tenant.key(View::Plain).iter().map(|record| record.key.as_str()).collect();
        assert_eq!(keys.len(), tenant.key(View::Plain).len());
    }
}

/// A host lies in the ranges of its own groups and of no other, so that no reading of membership
/// changes an answer.
#[test]
fn membership_by_list_and_by_address_agree() {
    for kind in Kind::ALL {
        let tenant = tenant(kind);
        for number in 0..tenant.host_count() {
            let host = tenant.host(number);
            let Some(ip) = host.ip else { continue };
            let by_address: BTreeSet<u64> = tenant
                .asset_groups
                .iter()
                .filter(|group| group.title != "All" && group.network_id == host.network_id)
                .filter(|group| {
                    group.ip_set.iter().any(|range| range.first <= ip && ip <= range.last)
                })
                .map(|group| group.id)
                .collect();
            assert_eq!(by_address, host.group_ids.iter().copied().collect(), "{ip}");
        }
    }
}

#[test]
fn host_numbers_are_found_by_id() {
    for kind in Kind::ALL {
        let tenant = tenant(kind);
        for number in 0..tenant.host_count() {
            let id = tenant.host(number).id;
            assert_eq!(tenant.first_host_from(id), number);
            assert_eq!(tenant.first_host_from(id + 1), number + 1);
            assert_eq!(tenant.first_asset_from(tenant.host_asset(number).id), number);
        }
        assert_eq!(tenant.first_host_from(0), 0);
        assert_eq!(tenant.first_host_from(u64::MAX), tenant.host_count());
    }
}

#[test]
fn nothing_but_the_far_future_row_lies_after_tomorrow() {
    for kind in Kind::ALL {
        let tenant = tenant(kind);
        let far = detections(&tenant)
            .filter(|row| matches!(row.first_found, Stamp::At(time) if time > CLOCK + DAY))
            .count();
        assert_eq!(far, usize::from(matches!(kind, Kind::Neglected | Kind::OnlyTwo)));
        for number in 0..tenant.host_count() {
            let host = tenant.host(number);
            let dates =
                [host.last_vm_scan, host.last_vm_auth, host.last_activity, host.first_found];
            assert!(dates.into_iter().flatten().all(|time| time <= CLOCK));
        }
        for row in detections(&tenant) {
            let dates = [row.last_found, row.last_test, row.last_fixed, row.last_reopened];
            assert!(dates.into_iter().flatten().all(|time| time <= CLOCK));
            assert_eq!(
                row.status.as_deref() == Some("Fixed"),
                row.last_fixed.is_some() && row.times_reopened.is_none()
            );
        }
    }
}

#[test]
fn the_default_size_of_huge_is_twenty_thousand_by_twenty_five() {
    let huge = Tenant::new(&Spec { hosts: None, ..spec(Kind::Huge, 1) });
    assert!((20_000..20_300).contains(&huge.host_count()));
    let last = huge.detections(huge.host_count() - 1);
    assert_eq!(last.len(), 25);
    assert!(huge.knowledge_base.len() > 200, "more than one batch of the knowledge base");
}

#[test]
fn networks_are_shown_only_where_they_are_on() {
    let plain = tenant(Kind::NoNetworks);
    assert!(plain.asset_groups.iter().all(|group| group.network_id.is_none()));
    assert!(plain.schedules.iter().all(|schedule| schedule.network_id.is_none()));
    assert!(plain.ips.iter().all(|range| range.network_id.is_none()));
    let other = tenant(Kind::Neglected);
    assert!(other.schedules.iter().any(|schedule| schedule.network_id == Some(3)));
}

#[test]
fn all_addresses_are_private_or_documentation() {
    let private =
        |ip: &IpAddr| matches!(ip, IpAddr::V4(ip) if ip.is_private() || ip.is_documentation());
    for kind in Kind::ALL {
        let tenant = tenant(kind);
        assert!(tenant.ips.iter().all(|range| private(&range.first) && private(&range.last)));
    }
}

#[test]
fn tenants_are_named() {
    for kind in Kind::ALL {
        assert_eq!(kind.name().parse(), Ok(kind));
    }
    assert!("tidier".parse::<Kind>().is_err());
}

#[test]
fn a_key_line_has_the_fields_of_the_contract() {
    let neglected = tenant(Kind::Neglected);
    let line = serde_json::to_value(&neglected.key(View::Plain)[0]).expect("a key record is plain");
    let fields: BTreeSet<&str> =
        line.as_object().expect("an object").keys().map(String::as_str).collect();
    let promised = [
        "plant",
        "key",
        "check",
        "resource_type",
        "resource_id",
        "expect",
        "severity",
        "state",
        "why",
    ];
    assert_eq!(fields, promised.into_iter().collect());
    assert_eq!(line["expect"], "none");
}
