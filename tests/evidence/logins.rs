//! Authentication records and what became of logins.
use crate::subscription::Run;
use crate::{answer, loaded, model, model_at, pointed, seconds, select};
use qualys_sec_inspector::bundle::completeness::EndpointState::Present;

#[test]
fn the_aggregate_list_counts_by_technology() {
    let body = answer("vm/auth-records");
    let model = model("vm/auth-records", &body);
    let rows = select(&model, "SELECT type, listed FROM auth_record_type ORDER BY row");
    assert_eq!(rows, ["unix|10", "palo_alto_firewall|1"]);
    assert!(pointed(&model, "auth_record_type", &body).starts_with("<AUTH_UNIX_IDS>"));
}

#[test]
fn records() {
    let body = answer("vm/auth-record-details");
    let model = model_at("/api/3.0/fo/auth/unix/", "vm/auth-record-details", &[], &body);
    let sql = "SELECT type, sub_type, id, title, username, network_id, login_type, domain, whole_domain, owner, created, modified, active FROM auth_record ORDER BY row";
    let (created, modified) = (seconds("2025-01-15T09:00:00Z"), seconds("2026-02-01T09:00:00Z"));
    let expected = [
        format!(
            "unix|cisco|3101|Linux login|svc-scan|4|basic|-|0|example_ab1|{created}|{modified}|1"
        ),
        "unix|-|3110|From the vault|-|0|vault|-|0|-|-|-|-".to_owned(),
    ];
    assert_eq!(select(&model, sql), expected);
    let sql = "SELECT record_row & 0xFF, first, last FROM auth_record_range";
    let expected = ["0|c0000201|c0000201", "0|c6336400|c6336409", "1|c0000202|c0000202"];
    assert_eq!(select(&model, sql), expected);
    assert!(pointed(&model, "auth_record", &body).starts_with("<AUTH_UNIX><ID>3101"));
}

#[test]
fn a_windows_record_without_addresses_means_its_whole_domain() {
    let body = "<AUTH_WINDOWS_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><AUTH_WINDOWS_LIST><AUTH_WINDOWS><ID>1</ID><WINDOWS_AD_DOMAIN>example.test</WINDOWS_AD_DOMAIN><IP_SET/></AUTH_WINDOWS><AUTH_WINDOWS><ID>2</ID><WINDOWS_DOMAIN>EXAMPLE</WINDOWS_DOMAIN><IP_SET><IP>192.0.2.1</IP></IP_SET></AUTH_WINDOWS></AUTH_WINDOWS_LIST></RESPONSE></AUTH_WINDOWS_LIST_OUTPUT>";
    let path = "/api/3.0/fo/auth/windows/";
    let model = model_at(path, "vm/auth-record-details", &[], body.as_bytes());
    let rows = select(&model, "SELECT id, domain, whole_domain FROM auth_record ORDER BY id");
    assert_eq!(rows, ["1|example.test|1", "2|EXAMPLE|0"]);
}

#[test]
fn records_of_every_technology_are_loaded() {
    let unix = answer("vm/auth-record-details");
    let snmp = String::from_utf8(unix.clone()).unwrap().replace("AUTH_UNIX", "AUTH_SNMP");
    let mut run = Run::new(&["vm/auth-record-details"]);
    run.page_at("/api/2.0/fo/auth/unix/", "vm/auth-record-details", None, &[], &unix);
    run.page_at("/api/2.0/fo/auth/snmp/", "vm/auth-record-details", None, &[], snmp.as_bytes());
    // Asked again after a fall-back: the same question.
    run.page_at("/api/3.0/fo/auth/snmp/", "vm/auth-record-details", None, &[], snmp.as_bytes());
    run.outcome("vm/auth-record-details", Present, 3);
    let (model, coverage, _) = loaded(run);
    let row = coverage.iter().find(|row| row.endpoint == "vm/auth-record-details").unwrap();
    assert_eq!((row.state.word(), row.pages), ("present", 2));
    let rows = select(&model, "SELECT type, id FROM auth_record ORDER BY type, id");
    assert_eq!(rows, ["snmp|3101", "snmp|3110", "unix|3101", "unix|3110"]);
}

#[test]
fn only_the_results_of_a_method_say_that_a_login_worked() {
    let body = answer("vm/auth-detections");
    let model = model("vm/auth-detections", &body);
    let sql = "SELECT host_id, qid, last_found, success FROM auth_detection ORDER BY row";
    let (method, failed) = (seconds("2026-03-27T02:08:00Z"), seconds("2026-03-26T02:08:00Z"));
    let expected = [
        format!("5101|70028|{method}|0"),
        "5101|70053|-|1".to_owned(),
        format!("5101|105015|{failed}|-"),
    ];
    assert_eq!(select(&model, sql), expected);
    assert!(pointed(&model, "auth_detection", &body).starts_with("<DETECTION><QID>70028"));
    assert_eq!(select(&model, "SELECT count(*) FROM detection"), ["0"]);
}

#[test]
fn a_host_that_moved_between_pages_logs_in_once() {
    let page = |qid: u32, next: &str| {
        format!(
            "<H><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><HOST_LIST><HOST><ID>5101</ID><DETECTION_LIST><DETECTION><QID>{qid}</QID></DETECTION><DETECTION><QID>{qid}</QID></DETECTION></DETECTION_LIST></HOST></HOST_LIST>{next}</RESPONSE></H>"
        )
    };
    let next = "<WARNING><CODE>1980</CODE><URL>https://api.example.test/?action=list&amp;id_min=5</URL></WARNING>";
    let mut run = Run::new(&["vm/auth-detections"]);
    let asked = [("action", "list")];
    let first = run.page("vm/auth-detections", None, &asked, page(70028, next).as_bytes());
    run.page("vm/auth-detections", Some(first), &asked, page(105_015, "").as_bytes());
    run.outcome("vm/auth-detections", Present, 2);
    let (model, ..) = loaded(run);
    assert_eq!(select(&model, "SELECT qid FROM auth_detection"), ["105015", "105015"]);
}
