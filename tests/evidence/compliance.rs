//! Policies, their controls, postures, exceptions, schedules and scans.
use crate::{answer, model, model_at, pointed, seconds, select};

#[test]
fn policies() {
    let body = answer("pc/policies");
    let model = model("pc/policies", &body);
    let sql = "SELECT id, title, status, is_locked, created, modified, evaluated, agent_ips, hidden, tag_include_selector FROM policy ORDER BY row";
    let (created, modified) = (seconds("2025-01-01"), seconds("2026-01-01"));
    let evaluated = seconds("2026-03-01");
    let expected = [
        format!("7001|Baseline|active|0|{created}|{modified}|{evaluated}|1|1|ANY"),
        "7002|Empty|inactive|-|-|-|-|-|-|-".to_owned(),
    ];
    assert_eq!(select(&model, sql), expected);
    let rows = select(&model, "SELECT policy_row & 0xFF, first_id, last_id FROM policy_group");
    assert_eq!(rows, ["0|55|55", "0|100|105"]);
    let rows = select(&model, "SELECT tag_id, excluded FROM policy_tag");
    assert_eq!(rows, ["701|0", "702|0", "703|1"]);
    let rows = select(&model, "SELECT control_id, status, criticality FROM policy_control");
    assert_eq!(rows, ["1071|active|3", "1072|-|-"]);
    let rows = select(&model, "SELECT technology_id, name, os_family FROM policy_technology");
    assert_eq!(rows, ["91|Windows 10|windows"]);
    assert!(pointed(&model, "policy", &body).starts_with("<POLICY><ID>7001"));
}

#[test]
fn a_policy_s_own_controls_come_from_its_export() {
    let asked = [("action", "export"), ("id", "7001")];
    let body = answer("pc/policy-exports");
    let model = model_at("", "pc/policy-exports", &asked, &body);
    let sql = "SELECT source, policy_id, id, category, statement, criticality, check_type, hash_type, ignore_error, ignore_not_found FROM compliance_control ORDER BY row";
    let expected = [
        "export|7001|1071|-|-|3|-|-|-|-",
        "export|7001|100402|Integrity|File is unchanged|-|Windows File Integrity Check|SHA-256|1|0",
    ];
    assert_eq!(select(&model, sql), expected);
    let sql = "SELECT control_row & 0xFF, technology_id, name, default_value, use_scan_value FROM control_technology";
    // What the policy evaluates, not the default beside it.
    assert_eq!(select(&model, sql), ["1|91|Windows 10|0123abcd|1"]);
    assert!(pointed(&model, "compliance_control", &body).starts_with("<CONTROL><ID>1071"));
}

#[test]
fn controls() {
    let model = model("pc/controls", &answer("pc/controls"));
    let sql = "SELECT source, policy_id, id, category, statement, criticality, check_type, hash_type, ignore_error, ignore_not_found, created, updated, deprecated FROM compliance_control";
    let (created, updated) = (seconds("2025-01-02"), seconds("2026-01-02"));
    let expected = format!(
        "list|-|100402|Integrity|File is unchanged|4|Windows File Integrity Check|MD5|0|1|{created}|{updated}|1"
    );
    assert_eq!(select(&model, sql), [expected]);
    let sql = "SELECT technology_id, default_value, use_scan_value FROM control_technology";
    // Without the element nothing is known of the option.
    assert_eq!(select(&model, sql), ["91|USE_SCAN_VALUE|0", "92|USE_SCAN_VALUE|-"]);
}

#[test]
fn a_posture_belongs_to_the_policy_that_was_asked_for() {
    let body = answer("pc/postures");
    let sql =
        "SELECT id, policy_id, host_id, control_id, technology_id, status, modified FROM posture";
    let modified = seconds("2026-03-01");
    for (asked, policy) in [(&[("policy_id", "7001")][..], 7001), (&[], 7009)] {
        let model = model_at("", "pc/postures", asked, &body);
        let expected = format!("1|{policy}|5101|1071|91|Failed|{modified}");
        assert_eq!(select(&model, sql), [expected]);
    }
}

#[test]
fn exceptions_schedules_and_scans() {
    let of_exceptions = model("pc/exceptions", &answer("pc/exceptions"));
    let sql =
        "SELECT number, status, active, expires, policy_id, control_id FROM exception ORDER BY row";
    let expected = [
        format!("12|Approved|1|{}|7001|1071", seconds("2026-04-30")),
        "13|Pending|-|-|-|-".to_owned(),
    ];
    assert_eq!(select(&of_exceptions, sql), expected);
    let of_schedules = model("pc/scan-schedules", &answer("pc/scan-schedules"));
    let sql = "SELECT s.id, s.title, active, option_profile, interval_days, r.group_id, r.title \
               FROM compliance_schedule AS s JOIN schedule_recipient AS r ON r.schedule_row = s.row";
    assert_eq!(select(&of_schedules, sql), ["401|Weekly compliance|1|Compliance|7|9|Auditors"]);
    let of_scans = model("pc/scans", &answer("pc/scans"));
    let sql =
        "SELECT reference, title, launched, state, sub_state, option_profile FROM compliance_scan";
    let launched = seconds("2026-03-23T00:00:11Z");
    let expected = format!(
        "compliance/1774600000.401|Weekly compliance|{launched}|Finished|No_Host|Compliance"
    );
    assert_eq!(select(&of_scans, sql), [expected]);
}
