//! Control 9: policies without hosts, controls or evaluations, groups without policies, hashes.

#[path = "policy_hosts.rs"]
mod hosts;

use std::fs;

use qualys_sec_inspector::catalogue::{ENDPOINTS, Module};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, POLICIES, shown};

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

fn with<'a>(change: &'a str, text: &str) -> Case<'a> {
    let profile = profile(text);
    Case::new(9, POLICIES).change(change).set(|current| *current = profile)
}

const NAMED: &str = "[c09]\nallow_self_baseline = [100003]\n\
    [[policy.required]]\nmatch = '^Linux base'\napplies_to_os = \"linux\"\n\
    [[policy.required]]\nmatch = '^Windows base'\n\
    [[policy.required]]\nmatch = 'Windows'\napplies_to_os = \"windows\"\n\
    [[policy.required]]\nmatch = '^of no known'";

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&with("", NAMED).report()));
}

#[test]
fn findings_of_the_fixture() {
    let case = Case::new(9, POLICIES);
    for (check, expected) in [
        ("C09-01", &["policy:2"][..]),
        ("C09-02", &["policy:17", "policy:3"]),
        ("C09-03", &[]),
        ("C09-04", &["asset_group:104", "asset_group:105"]),
        ("C09-05", &["policy:7", "policy:8"]),
        ("C09-06", &["policy:11"]),
        ("C09-07", &["policy:12", "policy:13"]),
        ("C09-08", &["policy:15"]),
        ("C09-09", &["control:100001:45"]),
        ("C09-10", &["control:100002:45", "control:100003:45"]),
        ("C09-11", &["control:100002:45"]),
        ("C09-12", &["control:100002", "control:100003"]),
        ("C09-13", &["control:100006"]),
        ("C09-14", &["exception:5003", "exception:5004"]),
    ] {
        let mut keys = case.keys(check);
        keys.sort();
        let expected: Vec<_> =
            expected.iter().map(|resource| format!("{check}:{resource}")).collect();
        assert_eq!(keys, expected);
    }
}

/// One Linux host in one group under one policy, and all that is right.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 900, 1), (3, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a3', 900, 1),
             (4, 'pc/policies', 1, '4.0', {AS_OF}, 'a4', 900, 1), (5, 'pc/controls', 1, '4.0', {AS_OF}, 'a5', 900, 1),
             (6, 'pc/policy-exports', 1, '4.0', {AS_OF}, 'a6', 900, 1), (7, 'vm/detections', 1, '5.0', {AS_OF}, 'a7', 900, 1),
             (8, 'pc/option-profiles', 1, '4.0', {AS_OF}, 'a8', 900, 1);
         INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1'), ('pc/policies', 'details', 'All');
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 1, 101, 'servers', 0, 10);
         INSERT INTO host (row, id, os_family, last_compliance_scan, \"offset\", length) VALUES ((2 << 24) + 1, 1, 'linux', {AS_OF}, 0, 10);
         INSERT INTO host_group SELECT row, 101 FROM host;
         INSERT INTO policy (row, id, title, status, evaluated, \"offset\", length) VALUES ((4 << 24) + 1, 1, 'Linux baseline', 'active', {AS_OF}, 0, 10);
         INSERT INTO policy_group SELECT row, 101, 101 FROM policy;
         INSERT INTO policy_control SELECT row, 1071, 'active', 4 FROM policy;
         INSERT INTO policy_technology SELECT row, 45, 'Linux', 'linux' FROM policy;
         INSERT INTO compliance_control (row, source, id, statement, criticality, check_type, hash_type, ignore_error, ignore_not_found, created, \"offset\", length)
         VALUES ((5 << 24) + 1, 'list', 100001, 'a file', 4, 'Unix File Integrity Check', 'SHA-256', 0, 0, {AS_OF} - 86400, 0, 10);
         INSERT INTO control_technology SELECT row, 45, 'Linux', '5f2b', 0 FROM compliance_control;"
    )
}

fn state(change: &str, check: &str) -> (CheckState, String) {
    let rows = healthy();
    let (state, reason) = Case::new(9, &rows).change(change).check(check);
    (state, reason.unwrap_or_default())
}

#[test]
fn a_subscription_in_order_passes() {
    let rows = healthy();
    let report = Case::new(9, &rows).report();
    assert_eq!(report.controls[0].outcome, Outcome::Pass, "{}", shown(&report));
    assert_eq!(report.findings.len(), 0);
    let headline = &report.controls[0].metrics[0];
    assert_eq!(
        (headline.id.as_str(), headline.numerator, headline.denominator),
        ("groups_with_policy", Some(1), Some(1))
    );
}

#[test]
fn hidden_groups_and_agents_count_as_an_assignment() {
    for assigned in ["hidden = 1", "agent_ips = 1"] {
        let change = format!("DELETE FROM policy_group; UPDATE policy SET {assigned};");
        assert_eq!(state(&change, "C09-01").0, CheckState::Pass, "{assigned}");
        for check in ["C09-04", "C09-06", "C09-08"] {
            let (state, reason) = state(&change, check);
            assert_eq!(state, CheckState::NotAssessed, "{check} {assigned}");
            assert!(reason.contains("policy"), "{reason}");
        }
    }
    let none = "DELETE FROM policy_group;";
    assert_eq!(state(none, "C09-01").0, CheckState::Fail);
    assert_eq!(state(none, "C09-04").0, CheckState::Fail);
    assert_eq!(state(none, "C09-06").0, CheckState::NotApplicable);
    // A policy that takes agents reaches no host of which the portal knows no agent.
    let agents = "DELETE FROM policy_group; UPDATE policy SET agent_ips = 1;
        INSERT INTO host_asset (row, id, host_id, \"offset\", length) VALUES ((6 << 24) + 1, 9, 1, 0, 10);";
    assert_eq!(state(agents, "C09-04").0, CheckState::Fail);
    let installed = format!("{agents} UPDATE host_asset SET agent_id = 'a-1';");
    assert_eq!(state(&installed, "C09-04").0, CheckState::NotAssessed);
}

#[test]
fn the_group_of_all_hosts_is_an_assignment() {
    let change = "UPDATE policy_group SET first_id = 900, last_id = 900;
        INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 2, 900, 'All', 0, 10);";
    for check in ["C09-01", "C09-04", "C09-06"] {
        assert_eq!(state(change, check).0, CheckState::Pass, "{check}");
    }
    // It covers a group without hosts too, if the policy is active.
    let empty = format!("{change} DELETE FROM host_group;");
    let rows = healthy();
    for (status, expected) in [
        ("'active'", CheckState::Pass),
        ("NULL", CheckState::NotAssessed),
        ("'inactive'", CheckState::Fail),
    ] {
        let named = profile("[scope]\npc_groups = [\"servers\"]");
        let change = format!("{empty} UPDATE policy SET status = {status};");
        let case = Case::new(9, &rows).change(&change).set(|current| *current = named);
        assert_eq!(case.check("C09-04").0, expected, "{status}");
    }
    // The policy beside it takes its own group alone.
    let beside = format!(
        "{change} UPDATE asset_group SET id = 102, title = 'others' WHERE id = 101;
         INSERT INTO policy (row, id, title, status, evaluated, \"offset\", length) SELECT row + 1, 2, 'other', status, evaluated, 10, 10 FROM policy;
         INSERT INTO policy_group VALUES ((4 << 24) + 2, 102, 102);"
    );
    assert_eq!(state(&beside, "C09-06").0, CheckState::Pass);
    let case = Case::new(9, &rows).change(&beside);
    let report = case.report();
    let check = report.controls[0].checks.iter().find(|check| check.id == "C09-06").unwrap();
    assert_eq!(check.subjects, 1);
}

#[test]
fn tags_put_hosts_under_a_policy() {
    let tagged = "DELETE FROM policy_group;
        INSERT INTO policy_tag SELECT row, value, 0 FROM policy, json_each('[7, 8]');
        INSERT INTO tag (row, id, name, \"offset\", length) VALUES ((6 << 24) + 7, 7, 'seven', 0, 9);
        INSERT INTO host_tag SELECT row, NULL, 'seven' FROM host;";
    let after = |change: &str| state(&format!("{tagged} {change}"), "C09-04").0;
    assert_eq!(after(""), CheckState::Pass);
    assert_eq!(after("UPDATE policy SET tag_include_selector = 'ANY';"), CheckState::Pass);
    assert_eq!(after("UPDATE policy SET tag_include_selector = 'ALL';"), CheckState::Fail);
    assert_eq!(
        after(
            "UPDATE policy SET tag_include_selector = 'ALL'; INSERT INTO host_tag SELECT row, 8, 'eight' FROM host;"
        ),
        CheckState::Pass
    );
    assert_eq!(after("INSERT INTO policy_tag SELECT row, 7, 1 FROM policy;"), CheckState::Fail);
    assert_eq!(after("DELETE FROM host_tag;"), CheckState::Fail);
    assert_eq!(after("DELETE FROM host_tag; DELETE FROM parameter;"), CheckState::NotAssessed);
}

#[test]
fn a_tag_is_the_one_with_its_id_or_without_one_its_name() {
    let tagged = "DELETE FROM policy_group; DELETE FROM host_tag;
        INSERT INTO policy_tag SELECT row, 7, 0 FROM policy;
        INSERT INTO tag (row, id, name, \"offset\", length) VALUES ((6 << 24) + 7, 7, 'seven', 0, 9), ((6 << 24) + 8, 8, 'eight', 10, 9);
        INSERT INTO host (row, id, os_family, \"offset\", length) VALUES ((2 << 24) + 2, 2, 'linux', 10, 10);
        INSERT INTO host_asset (row, id, host_id, \"offset\", length) VALUES ((6 << 24) + 1, 9, 1, 0, 10), ((6 << 24) + 2, 10, 2, 10, 10);";
    for (tag, reaches) in [
        ("7, 'renamed'", true),
        ("NULL, 'seven'", true),
        ("8, 'seven'", false),
        ("8, 'eight'", false),
        ("NULL, 'eight'", false),
        ("NULL, 'unlisted'", false),
    ] {
        for (table, row) in [("host_tag", "(2 << 24)"), ("host_asset_tag", "(6 << 24)")] {
            // Host 2 is in no group.
            for (host, expected) in [(1, reaches), (2, false)] {
                let change =
                    format!("{tagged} INSERT INTO {table} VALUES ({row} + {host}, {tag});");
                let (state, _) = state(&change, "C09-04");
                assert_eq!(state == CheckState::Pass, expected, "{table} {tag} of {host}");
            }
        }
    }
}

#[test]
fn a_policy_for_other_systems_names_those_of_its_own_hosts() {
    let change = "UPDATE policy_technology SET name = 'Windows 2022 Server', os_family = 'windows';
        INSERT INTO host (row, id, os_family, \"offset\", length) VALUES ((2 << 24) + 2, 2, 'aix', 10, 10), ((2 << 24) + 3, 3, 'solaris', 20, 10);
        INSERT INTO host_group VALUES ((2 << 24) + 3, 101);";
    let rows = healthy();
    let report = Case::new(9, &rows).change(change).report();
    let finding = report.findings.iter().find(|finding| finding.check == "C09-08").unwrap();
    assert_eq!(finding.facts["os_families"], "linux, solaris");
    assert_eq!(finding.facts["hosts"], 2);
}

#[test]
fn a_status_that_is_not_said_passes_nothing() {
    for status in ["NULL", "'published'"] {
        let change = format!("UPDATE policy SET status = {status};");
        for check in ["C09-02", "C09-04"] {
            assert_eq!(state(&change, check).0, CheckState::NotAssessed, "{check} {status}");
        }
        let wrong = format!(
            "{change} DELETE FROM policy_group; DELETE FROM policy_control; UPDATE policy SET evaluated = NULL;"
        );
        for check in ["C09-01", "C09-05", "C09-07"] {
            assert_eq!(state(&wrong, check).0, CheckState::NotAssessed, "{check} {status}");
        }
    }
    for status in ["'inactive'", "'Draft'", "'disabled'"] {
        let change = format!("UPDATE policy SET status = {status};");
        assert_eq!(state(&change, "C09-02").0, CheckState::Fail, "{status}");
        assert_eq!(state(&change, "C09-04").0, CheckState::Fail, "{status}");
    }
}

#[test]
fn required_policies() {
    let case = with("", NAMED);
    let report = case.report();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.check == "C09-03")
        .map(|finding| (finding.key.as_str(), finding.severity))
        .collect();
    // No host runs Windows, so the third entry asks for nothing; the fourth cannot be decided.
    assert_eq!(found, [("C09-03:required_policy:^Windows base", Severity::High)]);
    let check = report.controls[0].checks.iter().find(|check| check.id == "C09-03").unwrap();
    assert_eq!((check.subjects, check.unknown), (3, 1));
    let draft = report.findings.iter().find(|finding| finding.key == "C09-02:policy:17").unwrap();
    assert_eq!(draft.severity, Severity::Medium);
    // A host that may run Windows makes it unknown.
    let change =
        "UPDATE host SET os_family = NULL WHERE id = 30; DELETE FROM policy WHERE id = 15;";
    let report = with(change, NAMED).report();
    let check = report.controls[0].checks.iter().find(|check| check.id == "C09-03").unwrap();
    assert_eq!((check.subjects, check.failed, check.unknown), (4, 1, 2));
    // And one that does brings the requirement.
    let change =
        "UPDATE host SET os_family = 'windows' WHERE id = 30; DELETE FROM policy WHERE id = 15;";
    assert_eq!(with(change, NAMED).keys("C09-03").len(), 2);
}

#[test]
fn a_subscription_without_policies() {
    let change = "DELETE FROM policy; DELETE FROM host; DELETE FROM compliance_control;";
    assert_eq!(state(change, "C09-01").0, CheckState::Warn);
    let rows = healthy();
    assert_eq!(Case::new(9, &rows).change(change).outcome(), Outcome::Warn);
    // Scanned for compliance, under nothing.
    assert_eq!(state("DELETE FROM policy;", "C09-04").0, CheckState::Fail);
    let compliance = ENDPOINTS.iter().filter(|endpoint| endpoint.module == Module::Pc);
    let refused: Vec<_> = compliance.map(|endpoint| (endpoint.id, State::NotSubscribed)).collect();
    let case = Case::new(9, &rows).change("DELETE FROM policy;").reach(&refused);
    assert_eq!(case.outcome(), Outcome::NotApplicable);
    let required = profile("require_modules = [\"PC\"]");
    let case = case.set(|current| *current = required);
    assert_eq!(case.keys("C09"), ["C09-01:subscription:tenant"]);
}

#[test]
fn controls_that_are_not_shown() {
    let none = "DELETE FROM policy_control;";
    assert_eq!(state(none, "C09-07").0, CheckState::Fail);
    let unasked = format!("{none} DELETE FROM parameter WHERE name = 'details';");
    assert_eq!(state(&unasked, "C09-07").0, CheckState::NotAssessed);
}

#[test]
fn technologies_and_systems() {
    let other = "UPDATE policy_technology SET name = 'Windows 2022 Server', os_family = 'windows';";
    assert_eq!(state(other, "C09-08").0, CheckState::Fail);
    let mixed = format!(
        "{other} INSERT INTO policy_technology SELECT row, 99, 'Oracle 19c', NULL FROM policy;"
    );
    assert_eq!(state(&mixed, "C09-08").0, CheckState::NotAssessed);
    let unnamed = format!("{other} UPDATE host SET os_family = NULL;");
    assert_eq!(state(&unnamed, "C09-08").0, CheckState::NotAssessed);
    assert_eq!(state("DELETE FROM policy_technology;", "C09-08").0, CheckState::NotAssessed);
    let application = "UPDATE policy_technology SET name = 'Oracle 19c', os_family = NULL;";
    assert_eq!(state(application, "C09-08").0, CheckState::NotApplicable);
}

/// The option, the expected value, whether profiles renew, and what the checks say.
#[test]
fn where_an_expected_hash_comes_from() {
    use CheckState::{Fail, NotApplicable, NotAssessed, Pass};
    let used = "INSERT INTO policy_control SELECT row, 100001, 'active', NULL FROM policy;";
    for (option, value, renewal, literal, baseline) in [
        ("0", "USE_SCAN_VALUE", "0", Fail, Pass),
        ("0", "5f2b", "1", Pass, Pass),
        ("1", " USE_SCAN_VALUE ", "0", Pass, Pass),
        ("1", "USE_SCAN_VALUE", "1", Pass, Fail),
        ("1", "5f2b", "NULL", Pass, Fail),
        ("NULL", "USE_SCAN_VALUE", "1", NotAssessed, NotAssessed),
        ("NULL", "5f2b", "1", Pass, Pass),
    ] {
        let change = format!(
            "UPDATE control_technology SET use_scan_value = {option}, default_value = '{value}';
             INSERT INTO option_profile (row, family, id, title, auto_update, hash, \"offset\", length) VALUES ((8 << 24) + 1, 'pc', 61, 'Compliance', {renewal}, '', 0, 90);"
        );
        let place = format!("{option} {value} {renewal}");
        assert_eq!(state(&change, "C09-09").0, literal, "{place}");
        assert_eq!(state(&change, "C09-10").0, NotApplicable, "{place}");
        assert_eq!(state(&format!("{change} {used}"), "C09-10").0, baseline, "{place}");
        let inactive = format!(
            "{change} {used} UPDATE policy_control SET status = 'inactive' WHERE control_id = 100001;"
        );
        assert_eq!(state(&inactive, "C09-10").0, NotApplicable, "{place}");
    }
    // Nothing says that scans leave the value alone.
    let on = format!("{used} UPDATE control_technology SET use_scan_value = 1;");
    assert_eq!(state(&on, "C09-10").0, Fail);
    let denied = [("pc/option-profiles", State::Denied)];
    let (rows, change) = (healthy(), on);
    assert_eq!(Case::new(9, &rows).change(&change).reach(&denied).check("C09-10").0, NotAssessed);
}

/// Policies 1 and 2 use the control on one technology, and each has its own copy of it.
fn copied(status: &str, library: u8, first: u8, second: u8) -> String {
    format!(
        "INSERT INTO policy (row, id, title, status, evaluated, \"offset\", length) SELECT row + 1, 2, 'other', {status}, evaluated, 10, 10 FROM policy;
         INSERT INTO policy_group SELECT row, 101, 101 FROM policy WHERE id = 2;
         INSERT INTO policy_control SELECT row, 100001, 'active', NULL FROM policy;
         INSERT INTO policy_technology SELECT row, 45, 'Linux', 'linux' FROM policy WHERE id = 2;
         UPDATE control_technology SET use_scan_value = {library};
         INSERT INTO compliance_control (row, source, policy_id, id, \"offset\", length) VALUES ((6 << 24) + 1, 'export', 1, 100001, 10, 40), ((6 << 24) + 2, 'export', 2, 100001, 60, 40);
         INSERT INTO control_technology VALUES ((6 << 24) + 1, 45, 'Linux', '77aa', {first}), ((6 << 24) + 2, 45, 'Linux', '77aa', {second});
         INSERT INTO option_profile (row, family, id, title, auto_update, hash, \"offset\", length) VALUES ((8 << 24) + 1, 'pc', 61, 'Compliance', 1, '', 0, 90);"
    )
}

#[test]
fn a_copy_of_a_policy_that_is_not_active_takes_nothing() {
    use CheckState::{Fail, NotAssessed, Pass};
    for (status, library, first, second, expected) in [
        ("'inactive'", 0, 0, 1, Pass),
        ("'active'", 0, 0, 1, Fail),
        ("NULL", 0, 0, 1, NotAssessed),
        ("'inactive'", 0, 1, 0, Fail),
        ("NULL", 0, 1, 1, Fail),
        ("'inactive'", 1, 0, 0, Fail),
    ] {
        let change = copied(status, library, first, second);
        let place = format!("{status} {library} {first} {second}");
        assert_eq!(state(&change, "C09-10").0, expected, "{place}");
    }
    // Nor does a copy in which the control is switched off, or for another technology.
    let on = copied("'active'", 0, 0, 1);
    let off = "UPDATE policy_control SET status = 'Inactive' WHERE policy_row = (4 << 24) + 2;";
    let elsewhere =
        "UPDATE policy_technology SET technology_id = 46 WHERE policy_row = (4 << 24) + 2;";
    for change in [off, elsewhere] {
        assert_eq!(state(&format!("{on} {change}"), "C09-10").0, Pass, "{change}");
    }
    // The finding points at the copies that take it.
    let rows = healthy();
    let evidence = |status| Case::new(9, &rows).change(&copied(status, 0, 1, 1)).evidence("C09-10");
    assert_eq!(evidence("'inactive'"), ["ev:6#100001", "ev:8#61"]);
}

#[test]
fn a_baseline_that_no_scan_brought() {
    let exported = |launched: i64| {
        format!(
            "UPDATE control_technology SET use_scan_value = 1, default_value = 'USE_SCAN_VALUE';
             UPDATE host SET last_compliance_scan = NULL;
             INSERT INTO compliance_control (row, source, policy_id, id, \"offset\", length) VALUES ((6 << 24) + 1, 'export', 1, 100001, 10, 40);
             INSERT INTO control_technology VALUES ((6 << 24) + 1, 45, 'Linux', 'USE_SCAN_VALUE', NULL);
             INSERT INTO compliance_scan (row, reference, launched, state, \"offset\", length) VALUES ((9 << 24) + 1, 'compliance/1', {launched}, 'Finished', 0, 90);"
        )
    };
    let created = AS_OF - 86_400;
    assert_eq!(state(&exported(created), "C09-11").0, CheckState::Pass);
    assert_eq!(state(&exported(created + 1), "C09-11").0, CheckState::Fail);
    let canceled = exported(AS_OF) + "UPDATE compliance_scan SET state = 'Canceled';";
    assert_eq!(state(&canceled, "C09-11").0, CheckState::Pass);
    let undated = exported(AS_OF) + "UPDATE compliance_control SET created = NULL;";
    assert_eq!(state(&undated, "C09-11").0, CheckState::NotAssessed);
    let captured = exported(AS_OF)
        + "UPDATE control_technology SET default_value = '77aa' WHERE control_row >> 24 = 6;";
    assert_eq!(state(&captured, "C09-11").0, CheckState::Pass);
}

#[test]
fn leniency_from_serious_on() {
    for (criticality, expected) in
        [("2", CheckState::Pass), ("3", CheckState::Fail), ("NULL", CheckState::NotAssessed)]
    {
        let change =
            format!("UPDATE compliance_control SET ignore_error = 1, criticality = {criticality};");
        assert_eq!(state(&change, "C09-13").0, expected, "{criticality}");
    }
    // An active policy may take a control more seriously than the library.
    let change = "UPDATE compliance_control SET ignore_not_found = 1, criticality = 1;
        INSERT INTO policy_control SELECT row, 100001, 'active', 3 FROM policy;";
    assert_eq!(state(change, "C09-13").0, CheckState::Fail);
}

/// A name that was left out is no fault of ours.
#[test]
fn a_policy_without_a_title_is_judged() {
    let rows = healthy();
    let case =
        Case::new(9, &rows).change("UPDATE policy SET title = NULL; DELETE FROM policy_group;");
    assert_eq!(case.keys("C09-01"), ["C09-01:policy:1"]);
}

#[test]
fn a_control_is_judged_by_what_its_definition_says() {
    let rows = healthy();
    let judged = |columns: &str, values: &str| {
        let change = format!(
            "INSERT INTO compliance_control (row, source, id, {columns}, \"offset\", length) VALUES ((5 << 24) + 2, 'list', 7, {values}, 10, 10);"
        );
        let report = Case::new(9, &rows).change(&change).report();
        let tally = |id: &str| {
            let check = report.controls[0].checks.iter().find(|check| check.id == id).unwrap();
            // Beside the control of the healthy subscription.
            (check.subjects - 1, check.failed, check.unknown)
        };
        (tally("C09-12"), tally("C09-13"))
    };
    for (columns, values, hash, leniency) in [
        ("criticality", "5", (0, 0, 0), (0, 0, 0)),
        ("check_type, criticality", "'Window File Integrity Check', 5", (1, 0, 1), (1, 0, 1)),
        ("hash_type, criticality", "'md5', 5", (1, 1, 0), (1, 0, 1)),
        ("ignore_error, criticality", "1, 5", (0, 0, 0), (1, 1, 0)),
        ("ignore_not_found, criticality", "1, 5", (0, 0, 0), (1, 1, 0)),
        // Of a serious one both must be said; one of little weight may forgive.
        ("ignore_not_found, criticality", "0, 5", (0, 0, 0), (1, 0, 1)),
        ("ignore_not_found, criticality", "0, 2", (0, 0, 0), (1, 0, 0)),
        ("ignore_error, ignore_not_found, criticality", "0, 0, 5", (0, 0, 0), (1, 0, 0)),
    ] {
        assert_eq!(judged(columns, values), (hash, leniency), "{columns} {values}");
    }
}

#[test]
fn only_an_active_policy_makes_a_control_serious() {
    for (status, expected) in [
        ("'active'", CheckState::Fail),
        ("'inactive'", CheckState::Pass),
        ("NULL", CheckState::Pass),
    ] {
        let change = format!(
            "UPDATE compliance_control SET ignore_error = 1, criticality = 1;
             INSERT INTO policy (row, id, title, status, \"offset\", length) VALUES ((4 << 24) + 2, 2, 'other', {status}, 10, 10);
             INSERT INTO policy_control VALUES ((4 << 24) + 1, 100001, 'active', 2), ((4 << 24) + 2, 100001, 'active', 5);"
        );
        assert_eq!(state(&change, "C09-13").0, expected, "{status}");
    }
}
