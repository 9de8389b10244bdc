//! Control 10: what may be open, what was fixed, and shares that are proven whatever is not known.

use qualys_sec_inspector::finding::CheckState::{
    self, Fail, NotApplicable, NotAssessed, Pass, Warn,
};
use qualys_sec_inspector::profile::{KernelPolicy, Profile, SlaClock};

use crate::case::{AS_OF, Case, shown};

/// Host 1 of group 10, scanned, with what is told of it.
fn rows(more: &str) -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {AS_OF} + 600, 'a1', 900, 1), (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 900, 2), (3, 'vm/detections', 1, '5.0', {AS_OF}, 'a3', 9000, 9), (4, 'vm/knowledge-base', 1, '4.0', {AS_OF}, 'a4', 900, 1);
         INSERT INTO parameter VALUES ('vm/detections', 'status', 'New,Active,Re-Opened,Fixed'), ('vm/detections', 'show_arf_data', '1');
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 10, 10, 'servers', 0, 9), ((1 << 24) + 11, 11, 'clients', 9, 9);
         INSERT INTO host (row, id, last_vm_scan, \"offset\", length) VALUES ((2 << 24) + 1, 1, {AS_OF}, 0, 9), ((2 << 24) + 2, 2, {AS_OF}, 9, 9);
         INSERT INTO host_group VALUES ((2 << 24) + 1, 10), ((2 << 24) + 2, 11);
         {more}"
    )
}

/// So many high detections of one QID on a host, of this age in days.
fn high(count: u32, host: u32, days: u32, status: &str) -> String {
    if count == 0 {
        return String::new();
    }
    format!(
        "INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_test, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT (SELECT coalesce(max(row), 3 << 24) FROM detection) + i, {host}, 7, 'Confirmed', 4, {status}, {AS_OF} - {days} * 86400, {AS_OF}, i * 10, 9 FROM n;"
    )
}

/// Failed, unknown and all subjects of a check, groups from twenty detections on.
fn subjects(check: &str, more: &str) -> (u64, u64, u64) {
    let rows = rows(more);
    let report = Case::new(10, &rows).set(|profile| profile.sla.group_min_population = 20).report();
    let check = report.controls[0].checks.iter().find(|one| one.id == check).unwrap();
    (check.failed, check.unknown, check.subjects)
}

/// C10-05 over high detections inside their limit, past it, and perhaps not open: of the
/// subscription, and of a group.
#[test]
fn a_share_is_proven_where_it_holds_either_way() {
    let target = |inside, past, unclear| {
        let open = high(inside, 1, 1, "'Active'") + &high(past, 1, 31, "'Active'");
        subjects("C10-05", &(open + &high(unclear, 1, 1, "NULL")))
    };
    // Exactly 95 % is enough.
    assert_eq!(target(19, 1, 0), (0, 0, 2));
    assert_eq!(target(18, 2, 0), (2, 0, 2));
    // 39 of 41 at least; 38 of 41 to 39 of 41, 38 of 40 without the one.
    assert_eq!(target(39, 1, 1), (0, 0, 2));
    assert_eq!(target(38, 2, 1), (0, 2, 2));
    // 19 of 21 at most; 38 of 40 at most.
    assert_eq!(target(18, 2, 1), (2, 0, 2));
    assert_eq!(target(18, 2, 20), (0, 2, 2));
    // Nineteen make no population of a group. Where it may be just large enough it may pass, and
    // is not proven to fail.
    assert_eq!(target(19, 0, 0), (0, 0, 1));
    assert_eq!(target(19, 0, 1), (0, 0, 2));
    assert_eq!(target(18, 1, 1), (0, 2, 2));
    assert_eq!(target(0, 19, 1), (1, 1, 2));
    assert_eq!(target(0, 0, 20), (0, 2, 2));
}

#[test]
fn what_may_be_of_a_share() {
    let open = high(38, 1, 1, "'Active'") + &high(2, 1, 31, "'Active'");
    let with = |host, change: &str| {
        let one = high(1, host, 1, "'Active'");
        let last = "WHERE row = (SELECT max(row) FROM detection)";
        subjects("C10-05", &format!("{open} {one} UPDATE detection SET {change} {last};"))
    };
    // In the group, and elsewhere.
    for change in ["status = NULL", "status = 'Perhaps'", "type = NULL", "type = 'Other'"] {
        assert_eq!(with(1, change), (0, 2, 2), "{change}");
        assert_eq!(with(2, change), (0, 1, 2), "{change}");
    }
    assert_eq!(with(99, "status = 'New'"), (0, 1, 2));
    // Of another class alone, and of any: then nothing is known of the classes without detections.
    assert_eq!(with(1, "status = NULL, severity = 5"), (0, 1, 3));
    assert_eq!(with(1, "severity = NULL"), (0, 4, 4));
    // What is surely not open changes nothing.
    for change in [
        "host_id = 99, status = 'Fixed'",
        "host_id = 99, type = 'Info'",
        "host_id = 99, type = 'Potential'",
        "host_id = 99, is_ignored = 1",
        "host_id = 99, is_disabled = 1",
        "host_id = 99, running_kernel = 0",
        "status = NULL, running_kernel = 0",
    ] {
        assert_eq!(with(1, change), (0, 0, 2), "{change}");
    }
}

/// Each side check beside one healthy open detection, with a second one that it is about.
#[test]
fn what_may_be_open_never_passes() {
    let state = |check: &str, what: &str, change: &str, alone: bool| {
        let healthy = if alone { String::new() } else { high(1, 1, 1, "'Active'") };
        let more = format!(
            "{healthy}
             INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_test, running_kernel, \"offset\", length)
             VALUES ((3 << 24) + 900, 1, 8, 'Confirmed', 3, 'Active', {AS_OF} - 86400, {AS_OF}, 1, 8000, 9);
             UPDATE detection SET {what} WHERE qid = 8; UPDATE detection SET {change} WHERE qid = 8;
             INSERT INTO vuln_cve VALUES (8, 'CVE-2099-0001');"
        );
        let due = if check == "C10-06" { AS_OF } else { AS_OF + 1 };
        Case::new(10, &rows(&more)).kev(&[("CVE-2099-0001", Some(due))]).check(check).0
    };
    for (check, what, healthy) in [
        ("C10-06", "severity = 3", None),
        ("C10-07", "running_kernel = 0", Some("running_kernel = 1")),
        ("C10-08", "last_test = 0", Some("last_test = 1774742400 - 30 * 86400")),
        ("C10-09", "first_found = NULL", Some("first_found = 1774742400")),
        ("C10-10", "status = 'Re-Opened', times_reopened = 2", Some("times_reopened = 1")),
    ] {
        assert_eq!(state(check, what, "severity = 3", false), Fail, "{check}");
        // A kernel that does not run is none, whatever the status is.
        let skipped = usize::from(check == "C10-07");
        for change in ["status = 'Perhaps'", "type = NULL", "host_id = 99"].iter().skip(skipped) {
            let beside =
                if ["C10-06", "C10-07", "C10-10"].contains(&check) { NotAssessed } else { Warn };
            assert_eq!(state(check, what, change, false), beside, "{check} {change}");
            assert_eq!(state(check, what, change, true), NotAssessed, "{check} {change}");
            if let Some(healthy) = healthy {
                let change = format!("{healthy}, {change}");
                assert_eq!(state(check, what, &change, false), Pass, "{check} {change}");
            }
        }
        for change in [
            "host_id = 99, status = 'Fixed'",
            "host_id = 99, type = 'Info'",
            "host_id = 99, type = 'Potential'",
            "host_id = 99, is_ignored = 1",
            "host_id = 99, is_disabled = 1",
        ] {
            assert_eq!(state(check, what, change, false), Pass, "{check} {change}");
        }
    }
    // Missing values are no healthy ones; a status that is known is.
    let state = |check: &str, what: &str| state(check, what, "host_id = 99", true);
    assert_eq!(state("C10-08", "last_test = NULL"), NotAssessed);
    assert_eq!(state("C10-10", "status = NULL, times_reopened = NULL"), NotAssessed);
    assert_eq!(state("C10-10", "status = 'Re-Opened', times_reopened = NULL"), NotAssessed);
    for status in ["New", "active"] {
        assert_eq!(state("C10-10", &format!("status = '{status}', times_reopened = 2")), Pass);
    }
}

/// A QID that is known to be exploited, due or not, whose detections may be open.
#[test]
fn what_may_be_open_and_exploited() {
    let state = |due: &[(&str, Option<i64>)], age: Option<i64>| {
        let found = age.map_or("NULL".to_owned(), |age| (AS_OF - age).to_string());
        let more = high(1, 1, 1, "NULL")
            + &format!(
                "UPDATE detection SET first_found = {found}; INSERT INTO vuln_cve VALUES (7, 'CVE-2099-0001'), (7, 'CVE-2099-0002');"
            );
        Case::new(10, &rows(&more)).kev(due).check("C10-06").0
    };
    let (one, two) = ("CVE-2099-0001", "CVE-2099-0002");
    assert_eq!(state(&[(one, Some(AS_OF))], Some(0)), NotAssessed);
    assert_eq!(state(&[(one, Some(AS_OF + 1))], Some(9_999_999)), Pass);
    assert_eq!(state(&[(one, None)], Some(14 * 86_400)), Pass);
    assert_eq!(state(&[(one, None)], Some(14 * 86_400 + 1)), NotAssessed);
    assert_eq!(state(&[(one, None)], None), NotAssessed);
    assert_eq!(state(&[(one, Some(AS_OF + 1)), (two, None)], Some(14 * 86_400 + 1)), NotAssessed);
    assert_eq!(state(&[("CVE-2099-0003", Some(AS_OF))], Some(9_999_999)), Pass);
}

/// Two fixes of the last days, one of them late; `change` is done to the late one.
fn fixes(
    change: &str,
    profile: impl FnOnce(&mut Profile),
) -> (CheckState, Option<u64>, Option<u64>) {
    let more = format!(
        "INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_fixed, is_ignored, is_disabled, \"offset\", length) VALUES
             ((3 << 24) + 1, 1, 1, 'Confirmed', 5, 'Fixed', {AS_OF} - 20 * 86400, {AS_OF} - 86400, 0, 0, 10, 9),
             ((3 << 24) + 2, 1, 2, 'Confirmed', 5, 'Fixed', {AS_OF} - 6 * 86400, {AS_OF} - 86400, 0, 0, 20, 9);
         UPDATE detection SET {change} WHERE qid = 1;"
    );
    let rows = rows(&more);
    let case = Case::new(10, &rows).set(profile);
    let (late, all) = case.metric("fixed_late");
    (case.check("C10-11").0, late, all)
}

#[test]
fn what_counts_as_a_fix() {
    let seed = |_: &mut Profile| {};
    let (both, other) = ((Fail, Some(1), Some(2)), (Pass, Some(0), Some(1)));
    let unknown = (NotAssessed, Some(0), Some(1));
    assert_eq!(fixes("qid = 1", seed), both);
    for (change, expected) in [
        ("status = 'FIXED'", both),
        ("type = 'confirmed'", both),
        ("running_kernel = 1", both),
        ("type = 'Potential'", other),
        ("type = 'Info'", other),
        ("is_ignored = 1", other),
        ("is_disabled = 1", other),
        ("running_kernel = 0", other),
        ("severity = 2", other),
        // The period, from its first second to a day behind the answer.
        ("first_found = 0, last_fixed = 1774742400 - 30 * 86400", both),
        ("first_found = 0, last_fixed = 1774742400 - 30 * 86400 - 1", other),
        ("last_fixed = 1774742400 + 86400", both),
        ("last_fixed = 1774742400 + 86401", unknown),
        // What is missing may be what counts.
        ("last_fixed = NULL", unknown),
        ("first_found = NULL", unknown),
        ("severity = NULL", unknown),
        ("type = NULL", unknown),
        ("type = 'Other'", unknown),
        ("status = NULL", unknown),
        ("status = 'Perhaps'", unknown),
        ("host_id = 99", unknown),
        ("host_id = 99, type = 'Potential'", other),
        ("host_id = 99, type = 'Info'", other),
        ("host_id = 99, is_ignored = 1", other),
        ("host_id = 99, is_disabled = 1", other),
        ("host_id = 99, status = 'Active'", other),
        ("host_id = 99, first_found = 0, last_fixed = 1774742400 - 30 * 86400 - 1", other),
        // Exactly the limit is in time.
        ("first_found = last_fixed - 15 * 86400", (Pass, Some(0), Some(2))),
        ("first_found = last_fixed - 15 * 86400 - 1", both),
        ("first_found = last_fixed + 1", (Pass, Some(0), Some(2))),
    ] {
        assert_eq!(fixes(change, seed), expected, "{change}");
    }
    let potential = |profile: &mut Profile| profile.sla.include_potential = true;
    assert_eq!(fixes("type = 'potential'", potential), both);
    assert_eq!(fixes("type = 'Info'", potential), other);
    let all = |profile: &mut Profile| profile.sla.kernel_policy = KernelPolicy::All;
    assert_eq!(fixes("running_kernel = 0", all), both);
}

#[test]
fn the_clock_of_fixes() {
    let back = |profile: &mut Profile| profile.sla.clock = SlaClock::LastReopened;
    let (late, in_time) = ((Fail, Some(1), Some(2)), (Pass, Some(0), Some(2)));
    let lately = "last_reopened = last_fixed - 86400";
    assert_eq!(fixes(lately, |_| {}), late);
    assert_eq!(fixes(lately, back), in_time);
    // Before it was found, or after it was fixed, it did not come back.
    assert_eq!(fixes("last_reopened = last_fixed + 1", back), late);
    assert_eq!(fixes("last_reopened = first_found - 1", back), late);
    assert_eq!(fixes("last_reopened = NULL", back), late);
}

/// Six open detections, and four fixes of which one is in time; the third of each is the youngest.
const SIX: &str = "INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_test, last_fixed, \"offset\", length)
    SELECT (3 << 24) + column1, 1, column2, 'Confirmed', 5, column3, 1774742400 - column4 * 86400, 1774742400 - column4 * 86400, 1774742400 - 86400, column1 * 10, 9
    FROM (VALUES (1, 7, 'Active', 41), (2, 7, 'Active', 46), (3, 7, 'Active', 40), (4, 7, 'Active', 43), (5, 7, 'Active', 42), (6, 7, 'Active', 44),
        (11, 8, 'Fixed', 17), (12, 8, 'Fixed', 22), (13, 8, 'Fixed', 16), (14, 8, 'Fixed', 19));";

#[test]
fn five_of_six_are_shown_the_oldest() {
    let rows = rows(SIX);
    let case = Case::new(10, &rows).set(|profile| profile.sla.group_min_population = 1);
    let report = case.report();
    let evidence = |key: &str| {
        let finding = report.findings.iter().find(|finding| finding.key == key);
        let finding = finding.unwrap_or_else(|| panic!("{key}: {}", shown(&report)));
        finding.evidence.iter().map(|pointer| pointer.id.clone()).collect::<Vec<_>>()
    };
    let oldest = ["ev:3#@10", "ev:3#@20", "ev:3#@40", "ev:3#@50", "ev:3#@60"];
    let of_group: Vec<_> = ["ev:1#10"].into_iter().chain(oldest).collect();
    assert_eq!(evidence("C10-01:qid:7"), oldest);
    assert_eq!(evidence("C10-05:subscription:tenant:critical"), oldest);
    assert_eq!(evidence("C10-05:asset_group:10:critical"), of_group);
    assert_eq!(evidence("C10-08:asset_group:10"), of_group);
    let fixed = ["ev:3#@110", "ev:3#@120", "ev:3#@140"];
    assert_eq!(evidence("C10-11:subscription:tenant"), fixed);
}

/// Every check of the control in one state, but these.
fn all_are(case: &Case<'_>, state: CheckState, others: &[(&str, CheckState)]) {
    for check in &case.report().controls[0].checks {
        let other = others.iter().find(|(id, _)| *id == check.id);
        let expected = other.map_or(state, |(_, state)| *state);
        assert_eq!(check.state, expected, "{}: {}", check.id, shown(&case.report()));
    }
}

#[test]
fn nothing_open_is_no_pass_where_nobody_looked() {
    // No host, no detection: nothing to judge.
    all_are(&Case::new(10, "").kev(&[]), NotApplicable, &[]);
    // Detections on hosts that no list shows: nobody says that they were scanned.
    let strange = rows(&high(1, 99, 1, "'Active'")) + "DELETE FROM host;";
    let off = ("C10-04", NotApplicable);
    let strange = Case::new(10, &strange).kev(&[]);
    all_are(&strange, NotAssessed, &[off, ("C10-11", NotApplicable)]);
    // Hosts that nobody scanned, and hosts without a detection.
    let unscanned = rows("UPDATE host SET last_vm_scan = NULL;");
    all_are(&Case::new(10, &unscanned).kev(&[]), NotAssessed, &[off, ("C10-11", NotApplicable)]);
    let quiet = rows("");
    all_are(&Case::new(10, &quiet).kev(&[]), Pass, &[off, ("C10-11", NotApplicable)]);
    let low = Case::new(10, &quiet).kev(&[]).set(|profile| profile.sla.low = Some(180));
    all_are(&low, Pass, &[("C10-11", NotApplicable)]);
    // Nobody asked for the flag of kernels, or for what is fixed.
    let unasked = rows("DELETE FROM parameter;");
    let kernels = ("C10-07", NotAssessed);
    all_are(&Case::new(10, &unasked).kev(&[]), Pass, &[off, kernels, ("C10-11", NotAssessed)]);
}
