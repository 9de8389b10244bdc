//! Web applications, their scans, schedules, logins, findings, and the catalogue.
use crate::subscription::Run;
use crate::{answer, loaded, model, model_at, pointed, seconds, select};
use qualys_sec_inspector::bundle::completeness::EndpointState::Present;

const APP: &str = "SELECT id, detailed, name, url, owner_id, created, updated, is_scheduled, tags, auth_records, last_scan_id, last_scan_auth, last_scan_results FROM web_app ORDER BY id";

#[test]
fn the_search_is_thin_and_the_details_are_not() {
    let body = answer("was/web-apps");
    let thin = model("was/web-apps", &body);
    let (created, updated) = (seconds("2025-01-01"), seconds("2026-01-01"));
    let expected = [
        format!("61|0|Shop|https://shop.example.test/|9001|{created}|{updated}|-|2|-|-|-|-"),
        "62|0|Wiki|-|-|-|-|-|0|-|-|-|-".to_owned(),
    ];
    assert_eq!(select(&thin, APP), expected);
    assert!(pointed(&thin, "web_app", &body).starts_with("<WebApp><id>61"));
    let path = "/qps/rest/3.0/get/was/webapp/61";
    let full = model_at(path, "was/web-app-details", &[], &answer("was/web-app-details"));
    let updated = seconds("2026-02-01");
    let expected = format!(
        "61|1|Shop|https://shop.example.test/|9001|{created}|{updated}|1|1|1|81|PARTIAL|SUCCESSFUL"
    );
    assert_eq!(select(&full, APP), [expected]);
    assert_eq!(select(&full, "SELECT record_id FROM web_app_auth"), ["71"]);
    assert_eq!(select(&full, "SELECT tag_id FROM web_app_tag"), ["701"]);
}

#[test]
fn details_stand_in_for_what_the_search_says() {
    let details = answer("was/web-app-details");
    let mut run = Run::new(&["was/web-apps", "was/web-app-details"]);
    let path = "/qps/rest/3.0/get/was/webapp/61";
    run.page_at(path, "was/web-app-details", None, &[], &details);
    // Asked for again, the search comes later in the journal.
    run.page("was/web-apps", None, &[], &answer("was/web-apps"));
    run.outcome("was/web-apps", Present, 1);
    run.outcome("was/web-app-details", Present, 1);
    let (model, ..) = loaded(run);
    let rows = select(&model, "SELECT id, detailed, tags FROM web_app ORDER BY id");
    assert_eq!(rows, ["61|1|1", "62|0|0"]);
    let sql = "SELECT count(*) FROM web_app_auth JOIN web_app ON row = app_row";
    assert_eq!(select(&model, sql), ["1"]);
    assert_eq!(select(&model, "SELECT count(*) FROM web_app_tag"), ["1"]);
}

#[test]
fn scans_have_one_application_or_several() {
    let model = model("was/scans", &answer("was/scans"));
    let sql = "SELECT id, name, reference, type, mode, status, launched, ended, auth_status, results_status FROM was_scan ORDER BY row";
    let (launched, ended) = (seconds("2026-03-20"), seconds("2026-03-20T01:00:00Z"));
    let (later, lasted) = (seconds("2026-03-21"), seconds("2026-03-21T00:01:30Z"));
    let expected = [
        format!(
            "81|Weekly|was/1774600000.81|VULNERABILITY|SCHEDULED|FINISHED|{launched}|{ended}|PARTIAL|SUCCESSFUL"
        ),
        format!("82|-|-|-|-|ERROR|{later}|{lasted}|-|-"),
    ];
    assert_eq!(select(&model, sql), expected);
    let apps = select(&model, "SELECT scan_row & 0xFF, app_id FROM was_scan_app");
    assert_eq!(apps, ["0|61", "1|61", "1|62"]);
}

#[test]
fn schedules_target_applications_or_tags() {
    let model = model("was/schedules", &answer("was/schedules"));
    let sql = "SELECT id, name, active, invalid, type, tag_option FROM was_schedule ORDER BY row";
    assert_eq!(select(&model, sql), ["91|Weekly|1|0|VULNERABILITY|-", "92|-|-|-|-|ANY"]);
    let apps = select(&model, "SELECT schedule_row & 0xFF, app_id FROM was_schedule_app");
    assert_eq!(apps, ["0|61"]);
    let tags = select(&model, "SELECT schedule_row & 0xFF, tag_id, excluded FROM was_schedule_tag");
    assert_eq!(tags, ["1|701|0", "1|702|1"]);
    let to = select(&model, "SELECT email FROM was_schedule_recipient");
    assert_eq!(to, ["team@example.com"]);
}

#[test]
fn logins_findings_and_discoveries() {
    let of_logins = model("was/auth-records", &answer("was/auth-records"));
    let rows = select(&of_logins, "SELECT id, name, type, created, updated FROM was_auth_record");
    let (created, updated) = (seconds("2025-01-01"), seconds("2025-02-01"));
    // A server record is there and empty.
    assert_eq!(rows, [format!("71|form|form|{created}|{updated}")]);
    let of_findings = model("was/findings", &answer("was/findings"));
    let sql = "SELECT id, qid, app_id, type, potential, severity, status, first_detected, last_detected, fixed, is_ignored FROM was_finding";
    let (first, last) = (seconds("2026-01-01"), seconds("2026-03-20"));
    let fixed = seconds("2026-03-21");
    let expected = format!("101|150003|61|VULNERABILITY|0|5|ACTIVE|{first}|{last}|{fixed}|0");
    assert_eq!(select(&of_findings, sql), [expected]);
    let of_catalog = model("was/catalog", &answer("was/catalog"));
    let rows =
        select(&of_catalog, "SELECT id, name, url, status, created, updated FROM was_catalog");
    let updated = seconds("2026-02-01");
    let expected =
        format!("111|found.example.test|http://found.example.test/|NEW|{first}|{updated}");
    assert_eq!(rows, [expected]);
}
