//! Each endpoint's records, column by column.
use crate::{model, pointed, seconds, select};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../fixtures/qualys/", $name)).as_slice()
    };
}

#[test]
fn asset_groups() {
    let body = fixture!("groups.xml");
    let model = model("vm/asset-groups", body);
    let sql = "SELECT row >> 24, row & 0xFFFFFF, id, title, owner_user_id, owner_unit_id, network_id, business_impact, last_update, default_appliance_id, dns_names, domains, netbios_names, ec2_ids FROM asset_group";
    let update = seconds("2026-01-02T03:04:05Z");
    assert_eq!(select(&model, sql), [format!("2|0|55|DMZ|12|3|4|High|{update}|-|2|1|0|3")]);
    let ranges =
        select(&model, "SELECT group_row = 2 << 24, network_id, first, last FROM group_range");
    assert_eq!(ranges, ["1|9|c0000201|c0000201", "1|4|c6336400|c6336409"]);
    assert_eq!(select(&model, "SELECT host_id FROM group_host"), ["5101", "5102"]);
    assert!(pointed(&model, "asset_group", body).starts_with("<ASSET_GROUP><ID>55"));
}

#[test]
fn addresses() {
    let body = fixture!("excluded.xml");
    let model_of_ips = model("vm/ips", body);
    let rows = select(&model_of_ips, "SELECT network_id, first, last FROM ip_range ORDER BY row");
    assert_eq!(rows[0], "2|c0000209|c0000209");
    let model = model("vm/excluded-ips", body);
    let rows = select(
        &model,
        "SELECT network_id, length(first), expires FROM excluded_range ORDER BY row",
    );
    assert_eq!(rows, ["2|4|-".to_owned(), format!("0|16|{}", seconds("2026-12-31"))]);
    assert_eq!(pointed(&model, "excluded_range", body), "<IP network_id=\"2\">192.0.2.9</IP>");
}

#[test]
fn hosts() {
    let body = fixture!("host_details.xml");
    let model = model("vm/hosts", body);
    let sql = "SELECT id, asset_id, network_id, ip, length(ipv6), name, dns, netbios, os, os_family, tracking_method, qg_hostid, first_found, last_vuln_scan, last_vm_scan, last_vm_auth, last_compliance_scan, insufficient_privilege, trurisk, criticality FROM host";
    let (vuln, scan, auth) = (
        seconds("2026-03-27T02:10:00Z"),
        seconds("2026-03-27T02:09:00Z"),
        seconds("2026-03-27T02:08:00Z"),
    );
    let expected = format!(
        "5101|9101|4|c0000201|16|web1|web1.example.test|WEB1|Red Hat Enterprise Linux 9.4|linux|Cloud Agent|0a-1b|-|{vuln}|{scan}|{auth}|-|0|612|4"
    );
    assert_eq!(select(&model, sql), [expected]);
    assert_eq!(select(&model, "SELECT group_id FROM host_group"), ["55", "56"]);
    assert_eq!(select(&model, "SELECT tag_id, name FROM host_tag"), ["701|Prod"]);
}

#[test]
fn schedules() {
    let model = model("vm/scan-schedules", fixture!("schedules.xml"));
    let sql = "SELECT id, title, active, user_login, target, network_id, scanner, option_profile, option_profile_default, tag_include_selector, tag_exclude_selector, tag_ranges, cloud_connector, interval_days, occurrence, start, next_launch, max_occurrence FROM scan_schedule ORDER BY row";
    let (start, next) = (seconds("2026-01-05"), seconds("2026-03-30"));
    let weekly = format!(
        "301|Weekly|1|example_ab1|192.0.2.0-192.0.2.9, web.example.test|4|va-1|Full|0|any|-|1|-|4|weekly|{start}|{next}|12"
    );
    let once =
        format!("302|Once|-|example_ab1|Asset Tags Included|0|-|-|-|-|-|0|-|-|-|{start}|-|-");
    assert_eq!(select(&model, sql), [weekly, once]);
    assert_eq!(select(&model, "SELECT title FROM schedule_group"), ["DMZ"]);
    assert_eq!(
        select(&model, "SELECT name, excluded FROM schedule_tag"),
        ["Prod|0", "PCI|0", "Lab|1"]
    );
    let ranges = select(&model, "SELECT source, first, last FROM schedule_range");
    assert_eq!(
        ranges,
        ["typed|c6336401|c6336404", "target|c0000200|c0000209", "excluded|c0000205|c0000205"]
    );
}

#[test]
fn runs_and_scans() {
    let of_runs = model("vm/schedule-runs", fixture!("runs.xml"));
    let launched = seconds("2026-03-26T00:00:09Z");
    let sql =
        "SELECT schedule_id, reference, launched, state, sub_state FROM schedule_run ORDER BY row";
    let expected =
        [format!("301|scan/1.1|{launched}|Finished|No_Host"), "301|scan/1.2|-|Error|-".to_owned()];
    assert_eq!(select(&of_runs, sql), expected);
    let model = model("vm/scans", fixture!("scans.xml"));
    let sql = "SELECT reference, type, title, user_login, launched, duration, processed, state, sub_state, option_profile FROM scan";
    let expected =
        format!("scan/1.1|Scheduled|Weekly|example_ab1|{launched}|93601|1|Finished|No_Vuln|Full");
    assert_eq!(select(&model, sql), [expected]);
    assert_eq!(select(&model, "SELECT title FROM scan_group"), ["DMZ"]);
}

#[test]
fn detections() {
    let body = fixture!("detections.xml");
    let model = model("vm/detections", body);
    assert_eq!(select(&model, "SELECT row >> 24, id FROM detection_host"), ["2|5101"]);
    let sql = "SELECT host_id, unique_vuln_id, qid, type, severity, port, protocol, ssl, fqdn, instance, status, times_found, times_reopened, qds, is_ignored, is_disabled, running_kernel FROM detection ORDER BY row";
    let full =
        "5101|8001|377001|Confirmed|5|443|tcp|1|web1.example.test|one|Re-Opened|7|2|95|0|0|1";
    assert_eq!(select(&model, sql), [full, "5101|-|45038|Info|-|-|-|-|-|-|-|-|-|-|-|-|-"]);
    let sql = "SELECT first_found, last_found, last_test, last_update, last_fixed, first_reopened, last_reopened FROM detection ORDER BY row";
    let times = [
        "2026-01-01",
        "2026-03-27",
        "2026-03-27T00:00:01Z",
        "2026-03-27T00:00:02Z",
        "2026-02-01",
        "2026-02-02",
        "2026-02-03",
    ];
    let times: Vec<_> = times.iter().map(|time| seconds(time).to_string()).collect();
    assert_eq!(select(&model, sql), [times.join("|"), "-|-|-|-|-|-|-".to_owned()]);
    let record = pointed(&model, "detection", body);
    assert!(
        record.starts_with("<DETECTION><UNIQUE_VULN_ID>8001") && record.ends_with("</DETECTION>")
    );
}

#[test]
fn lower_case_detections() {
    let body = String::from_utf8(fixture!("detections.xml").to_vec()).unwrap();
    let mut lower = String::new();
    let mut in_tag = false;
    for c in body.chars() {
        in_tag = if c == '<' { true } else { in_tag && c != '>' };
        lower.push(if in_tag { c.to_ascii_lowercase() } else { c });
    }
    let lower = lower.replace("<![cdata[a\tb]]>", "").replace("<![cdata[9.8]]>", "");
    let sql = "SELECT qid, first_found IS NULL, qds FROM detection ORDER BY row";
    let model = model("vm/detections", lower.as_bytes());
    assert_eq!(select(&model, sql), ["377001|0|95", "45038|1|-"]);
}

#[test]
fn knowledge() {
    let model = model("vm/knowledge-base", fixture!("knowledge.xml"));
    let sql = "SELECT qid, title, vuln_type, severity, category, published, modified, patch_published, patchable, cvss2, cvss3, is_disabled FROM vuln";
    let (published, modified, patch) =
        (seconds("2025-12-01"), seconds("2026-02-01"), seconds("2025-12-02"));
    let expected = format!(
        "377001|Sample daemon|Vulnerability|5|Local|{published}|{modified}|{patch}|1|75|98|-"
    );
    assert_eq!(select(&model, sql), [expected]);
    assert_eq!(select(&model, "SELECT qid, cve FROM vuln_cve"), ["377001|CVE-2026-00001"]);
    assert_eq!(select(&model, "SELECT qid, indicator FROM vuln_threat"), ["377001|Easy_Exploit"]);
}

#[test]
fn users_and_activity() {
    let of_users = model("vm/users", fixture!("msp_users.xml"));
    let sql = "SELECT id, login, first_name, last_name, email, status, role, business_unit, created, last_login, never_logged_in FROM user";
    let created = seconds("2024-01-02T03:04:05Z");
    let expected = format!(
        "9001|example_ab1|Sam|Sample|sam@example.com|Active|Manager|Unassigned|{created}|-|1"
    );
    assert_eq!(select(&of_users, sql), [expected]);
    let rows = select(&of_users, "SELECT name, granted FROM user_permission");
    assert_eq!(rows, ["ADD_ASSETS|1", "PURGE_INFO|0"]);
    let plain = fixture!("activity_plain.csv");
    let model = model("vm/activity-log", plain);
    let sql =
        "SELECT time, action, module, details, login, role, ip FROM activity ORDER BY row LIMIT 1";
    let expected =
        format!("{}|login|auth|x|example_ab1|Manager|192.0.2.7", seconds("2026-03-28T02:10:00Z"));
    assert_eq!(select(&model, sql), [expected]);
    assert!(pointed(&model, "activity", plain).starts_with("\"2026-03-28"));
}

#[test]
fn portal_assets_and_tags() {
    let of_assets = model("am/host-assets", fixture!("host_assets.xml"));
    let sql = "SELECT id, host_id, name, os, address, network_guid, tracking_method, agent_id, agent_status, agent_version, agent_platform, agent_modules, agent_checked_in, cloud_provider, instance_id, instance_state, cloud_account, public_address, criticality FROM host_asset";
    let checked_in = seconds("2026-03-28T01:00:00Z");
    let expected = format!(
        "9101|5101|web1|Linux|c0000201|00-g|QAGENT|0a-1b|STATUS_ACTIVE|6.0.0.41|Linux|AGENT_VM,AGENT_PM|{checked_in}|AWS|i-new|TERMINATED|000000000001|cb007109|4"
    );
    assert_eq!(select(&of_assets, sql), [expected]);
    assert_eq!(select(&of_assets, "SELECT tag_id, name FROM host_asset_tag"), ["701|Prod"]);
    let last_page = String::from_utf8(fixture!("qps_tags.xml").to_vec()).unwrap();
    let last_page = last_page.replace("<hasMoreRecords>true", "<hasMoreRecords>false");
    let model = model("am/tags", last_page.as_bytes());
    let rows = select(&model, "SELECT id, name, parent_id, modified FROM tag ORDER BY row");
    let modified = seconds("2026-02-03T04:05:06Z");
    assert_eq!(rows, [format!("701|Zürich|-|{modified}"), "702|Tag|701|-".to_owned()]);
}
