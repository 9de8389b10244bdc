//! How scanning is set up: exclusions, profiles, search lists, appliances, networks, reports.
use crate::{answer, model, pointed, seconds, select};

#[test]
fn exclusions_have_a_history() {
    let body = answer("vm/excluded-ip-history");
    let model = model("vm/excluded-ip-history", &body);
    let sql = "SELECT id, action, time, user_login, comment FROM exclusion_event ORDER BY row";
    let (added, removed) = (seconds("2026-02-01T10:00:00Z"), seconds("2026-02-02T10:00:00Z"));
    let expected = [
        format!("71|Added|{added}|example_ab1|fragile controllers"),
        format!("-|Removed|{removed}|example_ab1|-"),
    ];
    assert_eq!(select(&model, sql), expected);
    let sql = "SELECT event_row & 0xFF, network_id, first, last FROM exclusion_event_range";
    let last = "20010db8000000000000000000000007";
    let expected = [
        "0|4|c0000200|c00002ff".to_owned(),
        "0|0|c6336407|c6336407".to_owned(),
        format!("1|0|{last}|{last}"),
    ];
    assert_eq!(select(&model, sql), expected);
    assert!(pointed(&model, "exclusion_event", &body).starts_with("<HISTORY><ID>71"));
}

#[test]
fn login_restrictions_are_on_off_or_not_told() {
    let body = String::from_utf8(answer("vm/restricted-ips")).unwrap();
    for (status, expected) in [("enabled", "1"), ("Disabled", "0"), ("1", "1"), ("perhaps", "-")] {
        let body = body.replace("enabled", status);
        let model = model("vm/restricted-ips", body.as_bytes());
        let rows = select(&model, "SELECT first, last, enabled FROM restricted_range ORDER BY row");
        let expected =
            [format!("c0000209|c0000209|{expected}"), format!("c6336400|c633640f|{expected}")];
        assert_eq!(rows, expected);
    }
}

#[test]
fn option_profiles() {
    let body = answer("vm/option-profiles");
    let of_vm = model("vm/option-profiles", &body);
    let sql = "SELECT family, id, title, type, owner, is_default, is_global, updated, tcp_ports, tcp_additional, udp_ports, authoritative, close_dead, close_dead_scans, performance, packet_delay, discovery_intensity, brute_force, detection, authentication, test_authentication, auto_update FROM option_profile ORDER BY row";
    let updated = seconds("2026-03-01T10:00:00Z");
    let expected = [
        format!(
            "vm|61001|Full login|user|Sam Sample (example_ab1)|1|0|{updated}|standard|8443,9000-9010|light|1|1|7|Normal|Medium|Low|limited|custom|Windows,Unix|0|1"
        ),
        // Asked and empty is not the same as absent.
        "vm|61002|No login|-|-|-|-|-|-|-|-|-|-|-|-|-|-|none|complete||-|-".to_owned(),
        "vm|61003|At launch|-|-|-|-|-|-|-|-|-|-|-|-|-|-|-|runtime|-|-|-".to_owned(),
    ];
    assert_eq!(select(&of_vm, sql), expected);
    let sql = "SELECT profile_row & 0xFF, use, list_id, title FROM option_profile_list";
    let lists =
        ["0|include|501|Only these", "0|exclude|502|Never these", "1|exclude|503|Nor these"];
    assert_eq!(select(&of_vm, sql), lists);
    let of_pc = model("pc/option-profiles", &answer("pc/option-profiles"));
    assert_eq!(select(&of_pc, "SELECT family, id FROM option_profile"), ["pc|62001"]);
}

#[test]
fn the_hash_of_a_profile_is_that_of_its_settings() {
    let hashes = |body: &str| {
        select(
            &model("vm/option-profiles", body.as_bytes()),
            "SELECT hash FROM option_profile ORDER BY row",
        )
    };
    let body = String::from_utf8(answer("vm/option-profiles")).unwrap();
    let whole = hashes(&body);
    assert_eq!(hashes(&body.replace("\n ", "\n\t\t ")), whole);
    let moved = hashes(&body.replace("<UDP_PORTS_TYPE>light", "<UDP_PORTS_TYPE>none"));
    assert_ne!(moved[0], whole[0]);
    assert_eq!(moved[1..], whole[1..]);
}

#[test]
fn settings_of_a_profile_are_named_by_their_elements() {
    let of_vm = model("vm/option-profiles", &answer("vm/option-profiles"));
    let of_first = |path: &str| {
        let sql = "SELECT value FROM option_profile_setting WHERE profile_row & 0xFF = 0 AND path";
        select(&of_vm, &format!("{sql} = '{path}'"))
    };
    assert_eq!(of_first("SCAN/PERFORMANCE/PACKET_DELAY"), ["Medium"]);
    assert_eq!(of_first("SCAN/VULNERABILITY_DETECTION/CUSTOM_LIST/CUSTOM/ID"), ["501"]);
    assert_eq!(of_first("BASIC_INFO/GROUP_NAME"), ["Full login"]);
    // Elements that only hold others, and the day of the last edit.
    assert_eq!(of_first("SCAN/PERFORMANCE"), [""; 0]);
    assert_eq!(of_first("BASIC_INFO/UPDATE_DATE"), [""; 0]);
    let empty = "SELECT count(*) FROM option_profile_setting WHERE path LIKE '%/' OR path = ''";
    assert_eq!(select(&of_vm, empty), ["0"]);
}

#[test]
fn search_lists() {
    let of_static = model("vm/static-search-lists", &answer("vm/static-search-lists"));
    let sql = "SELECT kind, id, title, is_global, owner, modified, has_qids FROM search_list";
    let modified = seconds("2026-01-01");
    let expected = format!("static|502|Never these|1|Sam Sample (example_ab1)|{modified}|1");
    assert_eq!(select(&of_static, sql), [expected]);
    assert_eq!(select(&of_static, "SELECT qid FROM search_list_qid"), ["377001", "38307"]);
    let of_dynamic = model("vm/dynamic-search-lists", &answer("vm/dynamic-search-lists"));
    let expected = format!("dynamic|503|Nor these|0|Sam Sample (example_ab1)|{modified}|0");
    assert_eq!(select(&of_dynamic, sql), [expected]);
}

#[test]
fn appliances() {
    let body = answer("vm/appliances");
    let model = model("vm/appliances", &body);
    let sql = "SELECT id, uuid, name, network_id, status, type, model, software_version, vulnsigs_version, vulnsigs_latest, ml_version, ml_latest, heartbeats_missed, updated, last_contact, never_connected, has_activation_code, group_count, running_scans, polling_seconds, user_login, created FROM appliance ORDER BY row";
    let (updated, contact) = (seconds("2026-03-28T01:00:00Z"), seconds("2026-03-28T01:30:00Z"));
    let (created, gone) = (seconds("2025-01-02T03:04:05Z"), seconds("2026-01-01"));
    let expected = [
        format!(
            "90011|6a1d2c3b-0001-4a6b-8f00-2d3c4b5a6978|va-1|4|Online|Virtual|cvscanner|2.12|2.6.401-1|2.6.420-2|13.4.22-1|13.4.22-1|3|{updated}|{contact}|0|1|1|1|180|example_ab1|{created}"
        ),
        "90012|-|never-started|-|Offline|-|-|-|-|-|-|-|-|-|-|1|0|-|-|-|-|-".to_owned(),
        format!("90013|-|went-away|-|Offline|-|-|2.12|-|-|-|-|-|{gone}|-|0|0|-|-|-|-|-"),
    ];
    assert_eq!(select(&model, sql), expected);
    let groups =
        select(&model, "SELECT appliance_row & 0xFF, group_id, title FROM appliance_group");
    assert_eq!(groups, ["0|55|DMZ"]);
    assert!(pointed(&model, "appliance", &body).starts_with("<APPLIANCE><ID>90011"));
}

#[test]
fn networks_and_virtual_hosts() {
    let of_networks = model("vm/networks", &answer("vm/networks"));
    let rows = select(&of_networks, "SELECT id, name FROM network ORDER BY row");
    assert_eq!(rows, ["0|Global Default Network", "4|Plant"]);
    let rows =
        select(&of_networks, "SELECT network_row & 0xFF, appliance_id FROM network_appliance");
    assert_eq!(rows, ["1|90011"]);
    let body = String::from_utf8(answer("vm/virtual-hosts")).unwrap();
    for body in [body.clone(), body.replace("VIRTUAL_HOST>", "VHOST>")] {
        let model = model("vm/virtual-hosts", body.as_bytes());
        let rows = select(&model, "SELECT network_id, ip, port FROM virtual_host");
        assert_eq!(rows, ["4|c0000201|443"]);
    }
}

#[test]
fn reports() {
    let of_reports = model("vm/reports", &answer("vm/reports"));
    let sql = "SELECT id, title, type, user_login, launched, format, state, expires FROM report";
    let (launched, expires) = (seconds("2026-03-02T06:00:00Z"), seconds("2026-03-09T06:00:00Z"));
    let expected =
        format!("801|Monthly vulnerabilities|Scan|example_ab1|{launched}|PDF|Finished|{expires}");
    assert_eq!(select(&of_reports, sql), [expected]);
    let of_schedules = model("vm/report-schedules", &answer("vm/report-schedules"));
    let sql =
        "SELECT id, title, format, template, active, interval_days, start FROM report_schedule";
    let start = seconds("2026-01-02T06:00:00Z");
    let expected = format!("811|Monthly vulnerabilities|PDF|Technical|1|30|{start}");
    assert_eq!(select(&of_schedules, sql), [expected]);
    let of_templates = model("vm/report-templates", &answer("vm/report-templates"));
    let sql = "SELECT id, title, type, template_type, user_login, updated, is_global FROM report_template";
    let expected = format!("821|Technical|Auto|Scan|example_ab1|{}|1", seconds("2026-01-01"));
    assert_eq!(select(&of_templates, sql), [expected]);
}

#[test]
fn groups_name_appliances_and_schedules_name_recipients() {
    let of_groups = model("vm/asset-groups", &answer("vm/asset-groups"));
    let rows = select(&of_groups, "SELECT appliance_id FROM group_appliance");
    assert_eq!(rows, ["90011", "90012"]);
    // Newer answers carry the groups beside the notices, the guide shows them inside one.
    for inside in [
        "<DISTRIBUTION_GROUPS><DISTRIBUTION_GROUP><ID>9</ID><TITLE>Team</TITLE></DISTRIBUTION_GROUP></DISTRIBUTION_GROUPS>",
        "<BEFORE_LAUNCH><DISTRIBUTION_GROUPS><DISTRIBUTION_GROUP><TITLE>Team</TITLE><ID>9</ID></DISTRIBUTION_GROUP></DISTRIBUTION_GROUPS></BEFORE_LAUNCH>",
    ] {
        let body = format!(
            "<S><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><SCHEDULE_SCAN_LIST><SCAN><ID>301</ID><TITLE>Weekly</TITLE><ACTIVE>1</ACTIVE><NOTIFICATIONS>{inside}</NOTIFICATIONS></SCAN></SCHEDULE_SCAN_LIST></RESPONSE></S>"
        );
        let model = model("vm/scan-schedules", body.as_bytes());
        let sql = "SELECT r.group_id, r.title, s.id FROM schedule_recipient AS r \
                   JOIN scan_schedule AS s ON s.row = r.schedule_row";
        assert_eq!(select(&model, sql), ["9|Team|301"]);
    }
}
