//! What each built control says of its fixture, and of the same fixture with something changed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod activity_log;
mod agent_coverage;
mod appliances;
mod asset_groups;
mod auth_ratio;
mod auth_records;
mod case;
mod cloud_connectors;
mod exclusions;
mod external_scan;
mod modules;
mod option_profile;
mod patching;
mod policy_assignment;
mod prioritization;
mod reports;
mod scan_schedule;
mod segmentation;
mod tagging;
mod ungrouped;
mod user_roles;
mod vuln_sla;
mod web_apps;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use case::{BUILT, Case, SCHEDULES, SLA, emptied, shown};
use qualys_sec_inspector::analyzers::{ANALYZERS, Kind};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};

/// What the specification says of each check: whether it is core, how severe it is and what it is
/// about, and what that takes: kind, endpoints, inputs, keys of the profile. Lists with spaces;
/// endpoints that stand in for each other with `|`.
#[test]
fn every_check_is_declared_as_specified() {
    let specified = include_str!("../../fixtures/declared_checks.csv").lines().skip(1);
    let declared = ANALYZERS.iter().flat_map(|analyzer| analyzer.checks).map(|check| {
        assert!(!check.summary.is_empty() && !check.remediation.is_empty(), "{}", check.id);
        let instead = check.any_of.iter().map(|group| group.join("|")).collect::<Vec<_>>();
        let inputs = check.inputs.iter().map(|input| input.key()).collect::<Vec<_>>();
        [
            check.id,
            if check.core { "core" } else { "" },
            check.severity.word(),
            check.subject,
            match check.kind {
                Kind::Presence => "presence",
                Kind::Absence => "absence",
            },
            &check.needs.join(" "),
            &instead.join(" "),
            &inputs.join(" "),
            &check.parameters.join(" "),
        ]
        .join(",")
    });
    let declared: Vec<String> = declared.collect();
    let specified: Vec<&str> = specified.collect();
    let differing: Vec<_> = declared
        .iter()
        .zip(&specified)
        .filter(|(declared, specified)| declared != specified)
        .collect();
    assert!(differing.is_empty() && declared.len() == specified.len(), "{differing:#?}");
}

/// Nothing to scan, nothing scanned, nothing found: nothing passes, nothing fails.
#[test]
fn an_empty_subscription_is_not_applicable() {
    // A log must be reviewed and reports must come by themselves, whatever stands in them;
    // segments must be declared; a perimeter that nobody knows of is a warning.
    for (control, _) in
        BUILT.iter().copied().filter(|(control, _)| ![12, 14, 19, 20].contains(control))
    {
        let case = Case::new(control, "").empty_inputs();
        assert_eq!(case.outcome(), Outcome::NotApplicable, "{}", shown(&case.report()));
        assert_eq!(case.keys(""), Vec::<String>::new());
    }
}

/// Checks that the default profile switches off: nothing is asked of them.
const OFF: &[&str] =
    &["C06-06", "C09-03", "C10-04", "C18-03", "C18-04", "C18-08", "C18-09", "C18-10"];

/// What was not read never passes: each need of each check, taken away with its rows.
#[test]
fn missing_evidence_never_passes() {
    for (control, rows) in BUILT.iter().copied() {
        let analyzer = ANALYZERS[usize::from(control) - 1];
        for check in analyzer.checks.iter().filter(|check| !OFF.contains(&check.id)) {
            for need in check.needs {
                for state in [State::Denied, State::Skipped, State::ParseError, State::Withheld] {
                    let reach = [(*need, state)];
                    let case =
                        Case::new(control, rows).kev(&[]).change(emptied(need)).reach(&reach);
                    let (after, reason) = case.check(check.id);
                    let is_named = reason.as_deref().is_some_and(|reason| reason.contains(need));
                    // Detections on hosts in no group are proven without the groups, the age of a
                    // detection without the titles of the knowledge base, and what an agent says of
                    // itself without the host list.
                    let is_proven = after == CheckState::Fail
                        && (["vm/asset-groups", "vm/knowledge-base"].contains(need)
                            || check.needs.len() > 1 && check.kind == Kind::Presence);
                    assert!(
                        is_proven || after == CheckState::NotAssessed && is_named,
                        "{} without {need}: {after:?} {reason:?}",
                        check.id
                    );
                }
            }
        }
    }
}

/// A part of a list proves what is in it, and nothing that is not.
#[test]
fn a_truncated_list_proves_only_what_is_in_it() {
    let truncated = [("vm/detections", State::Truncated)];
    let case = Case::new(10, SLA).reach(&truncated);
    assert_eq!(case.check("C10-01").0, CheckState::Fail);
    assert_eq!(case.check("C10-05").0, CheckState::NotAssessed);
    let healthy = Case::new(10, SLA).change("DELETE FROM detection;").reach(&truncated);
    for check in ["C10-01", "C10-02", "C10-03", "C10-05"] {
        assert_eq!(healthy.check(check).0, CheckState::NotAssessed, "{check}");
    }
    let truncated = [("vm/scan-schedules", State::Truncated)];
    assert_eq!(
        Case::new(1, SCHEDULES).reach(&truncated).check("C01-01").0,
        CheckState::NotAssessed
    );
    assert_eq!(Case::new(1, SCHEDULES).reach(&truncated).check("C01-05").0, CheckState::Fail);
}

/// Two numbers of one control are never called alike.
#[test]
fn every_metric_has_an_id_of_its_own() {
    // Formats whose names look alike in an id, and one that looks like another number's.
    let alike = "UPDATE report_schedule SET format = 'a-b' WHERE id = 1; UPDATE report_schedule SET format = 'A b' WHERE id = 2;
        UPDATE report_schedule SET format = 'A-B' WHERE id = 3; UPDATE report_schedule SET format = 'active' WHERE id = 4;";
    for (control, rows) in BUILT.iter().copied() {
        let change = if control == 12 { alike } else { "" };
        let report = Case::new(control, rows).change(change).report();
        let ids: Vec<&str> = report.controls[0].metrics.iter().map(|one| one.id.as_str()).collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{ids:?}");
        if control == 12 {
            let of = |text: &str| ids.iter().filter(|id| id.starts_with(text)).count();
            assert_eq!((of("report_schedules_a_b_"), of("report_schedules_active_")), (2, 2));
        }
    }
}

/// The order in which rows were read says nothing.
#[test]
fn shuffled_rows_give_the_same_report() {
    let tables = [
        "host_group",
        "host_tag",
        "group_range",
        "schedule_group",
        "group_host",
        "vuln_cve",
        "user_group",
        "user_permission",
        "web_app_auth",
        "web_app_tag",
        "was_scan_app",
        "was_schedule_app",
        "was_schedule_tag",
    ];
    let mut change = String::new();
    for table in tables {
        write!(
            change,
            "CREATE TABLE moved AS SELECT * FROM {table} ORDER BY rowid DESC;
             DELETE FROM {table}; INSERT INTO {table} SELECT * FROM moved; DROP TABLE moved;"
        )
        .unwrap();
    }
    for (control, rows) in BUILT.iter().copied() {
        let before = Case::new(control, rows).report();
        let after = Case::new(control, rows).change(&change).report();
        assert_eq!(shown(&before), shown(&after));
    }
}
