//! Answers of the wider families: what they are worth, their pages, their ids.

use super::*;
use qualys_sec_inspector::qualys::fault::{Answer, Fault};
use qualys_sec_inspector::qualys::paging::{self, Cursors, Next};
use qualys_sec_inspector::qualys::{ids, records, time};

const USERS: &[u8] = fixture!("qps_users.json");
const ASSETS: &[u8] = fixture!("gav_assets.json");
const CLOUD: &[u8] = fixture!("cloud_connectors.json");
const CONNECTORS: &[u8] = fixture!("qps_connectors.json");

#[test]
fn usable_answers_are_whole() {
    for (id, body, records) in [
        ("am/users", USERS, 2),
        ("am/users", fixture!("qps_none.json"), 0),
        ("am/aws-connectors", CONNECTORS, 2),
        ("am/tags", fixture!("qps_none_data.xml"), 0),
        ("am/host-asset-count", fixture!("qps_count.xml"), 1),
        ("am/versions", fixture!("portal_version.xml"), 1),
        ("gav/assets", ASSETS, 2),
        ("gav/asset-count", fixture!("gav_count.json"), 1),
        ("gav/asset-count", br#"{"responseCode":"SUCCESS","count":0}"#, 1),
        ("cloud/aws-connectors", CLOUD, 2),
        ("cloud/aws-connectors", br#"{"content":[],"last":true}"#, 0),
        ("vm/option-profiles", fixture!("option_profiles.xml"), 1),
        ("vm/option-profiles", b"<OPTION_PROFILES/>", 0),
        ("vm/report-templates", fixture!("report_templates.xml"), 1),
        ("vm/report-templates", b"<REPORT_TEMPLATE_LIST></REPORT_TEMPLATE_LIST>", 0),
        ("vm/auth-records", fixture!("auth_records_ids.xml"), 1),
        ("vm/auth-records", fixture!("auth_records_newer.xml"), 1),
        ("vm/auth-record-details", fixture!("auth_unix.xml"), 2),
        ("vm/networks", fixture!("networks_latin1.xml"), 1),
        ("vm/networks", fixture!("networks_output.xml"), 1),
        ("vm/virtual-hosts", fixture!("virtual_hosts.xml"), 1),
        ("vm/virtual-hosts", fixture!("virtual_hosts_short.xml"), 1),
        ("pc/postures", fixture!("postures_page.xml"), 1),
    ] {
        let (answer, facts) = classify(200, &[], body, endpoint(id));
        assert_eq!(
            (answer, facts.map(|facts| facts.records)),
            (Answer::Whole, Some(records)),
            "{id}"
        );
    }
    let (answer, facts) = classify(204, &[], b"", endpoint("gav/assets"));
    assert_eq!((answer, facts), (Answer::Whole, Some(PageFacts::default())));
}

#[test]
fn faults_are_told_in_every_family() {
    let code = |code: &str| Some(code.to_owned());
    let bad = |word: Option<&str>, text: &str| Fault::BadRequest {
        code: word.map(str::to_owned),
        text: text.to_owned(),
    };
    let empty_page = br#"{"responseCode":"SUCCESS","count":3,"hasMore":0}"#;
    let missing = br#"{"status":404,"error":"Not Found","message":"No such page"}"#;
    let expired = br#"{"status":401,"error":"Unauthorized","message":"JWT expired"}"#;
    let odd = br#"{"error":"broken","message":"no one knows"}"#;
    let one_lost = br#"{"content":[{"connectorId":"a"}],"last":true,"numberOfElements":2}"#;
    let cases: Vec<(&str, u16, &[u8], Fault)> = vec![
        ("gav/assets", 401, fixture!("gateway_401.json"), Fault::TokenRefused),
        ("gav/assets", 401, expired, Fault::TokenRefused),
        ("gav/assets", 401, b"", Fault::TokenRefused),
        ("gav/assets", 200, expired, Fault::TokenRefused),
        ("gav/assets", 403, b"", Fault::Denied { code: None }),
        ("gav/assets", 429, b"{}", Fault::RateLimited { wait: None }),
        (
            "gav/assets",
            200,
            fixture!("gav_failed.json"),
            Fault::NotSubscribed { code: code("FAILED") },
        ),
        (
            "gav/assets",
            200,
            br#"{"responseCode":"FAILED","responseMessage":"no"}"#,
            bad(Some("FAILED"), "no"),
        ),
        ("gav/assets", 200, empty_page, Fault::CutShort),
        ("gav/assets", 200, b"{}", Fault::Unexpected { root: "{}".to_owned() }),
        ("gav/assets", 200, b"", Fault::Empty),
        ("gav/assets", 200, &ASSETS[..400], Fault::CutShort),
        (
            "am/users",
            200,
            fixture!("qps_error.json"),
            Fault::BadCredentials { code: code("INVALID_CREDENTIALS") },
        ),
        ("am/users", 200, QPS_ERROR, bad(Some("INVALID_REQUEST"), "Criteria 'id' (x).")),
        (
            "am/users",
            200,
            br#"{"ServiceResponse":{"responseCode":"SUCCESS","count":1}}"#,
            Fault::CutShort,
        ),
        ("am/users", 204, b"", Fault::Empty),
        (
            "cloud/aws-connectors",
            403,
            fixture!("cloud_error.json"),
            Fault::Denied { code: code("CV-403") },
        ),
        (
            "cloud/aws-connectors",
            200,
            fixture!("cloud_error.json"),
            Fault::Denied { code: code("CV-403") },
        ),
        ("cloud/aws-connectors", 404, MAINTENANCE, Fault::Retired),
        ("cloud/aws-connectors", 200, missing, Fault::Retired),
        ("cloud/aws-connectors", 200, odd, bad(None, "no one knows")),
        ("cloud/aws-connectors", 401, b"", Fault::BadCredentials { code: None }),
        ("cloud/aws-connectors", 200, one_lost, Fault::CutShort),
        ("cloud/aws-connectors", 200, b"[]", Fault::Unexpected { root: "[]".to_owned() }),
        ("cloud/aws-connectors", 200, b"\"text\"", Fault::Malformed { offset: 0 }),
        ("vm/hosts", 200, fixture!("internal_error_999.xml"), Fault::Unavailable { status: 200 }),
        (
            "vm/hosts",
            200,
            fixture!("host_ids_only.xml"),
            Fault::Unexpected { root: "HOST_LIST_OUTPUT".to_owned() },
        ),
        ("vm/hosts", 200, missing, Fault::Retired),
        ("vm/networks", 200, b"<NETWORKS>", Fault::CutShort),
        ("vm/activity-log", 200, missing, Fault::Retired),
        (
            "vm/activity-log",
            200,
            b"Sorry, try again",
            Fault::Unexpected { root: "text".to_owned() },
        ),
    ];
    for (id, status, body, expected) in cases {
        let (answer, _) = classify(status, &[], body, endpoint(id));
        let text = String::from_utf8_lossy(body);
        assert_eq!(answer, Answer::Fault(expected), "{id} {status} {text}");
    }
}

#[test]
fn a_header_of_zero_does_not_hide_the_waiting_time() {
    let headers = pairs(&[("X-RateLimit-ToWait-Sec", "0"), ("Retry-After", "7")]);
    let (answer, _) = classify(409, &headers, RATE_LIMIT, endpoint("vm/hosts"));
    assert_eq!(answer, Answer::Fault(Fault::RateLimited { wait: Some(811) }));
    let (answer, _) = classify(429, &headers, b"", endpoint("gav/assets"));
    assert_eq!(answer, Answer::Fault(Fault::RateLimited { wait: Some(7) }));
}

#[test]
fn a_token_that_is_refused_is_no_wrong_password() {
    assert_eq!(Fault::TokenRefused.outcome(), "denied");
    assert_eq!(Fault::TokenRefused.code(), None);
}

#[test]
fn the_inventory_goes_on_behind_the_last_asset() {
    let assets = endpoint("gav/assets");
    let page = facts(ASSETS, assets);
    let sent = pairs(&[("pageSize", "300")]);
    let mut seen = Cursors::default();
    let Next::Query(query) = paging::next(assets, &sent, &mut seen, &page) else { panic!() };
    assert_eq!(query, pairs(&[("pageSize", "300"), ("lastSeenAssetId", "67538043")]));
    let ask = |sent: &[(String, String)], seen: &Cursors, page: &PageFacts| {
        paging::next(assets, sent, &mut seen.clone(), page)
    };
    let cut = |reason: &str| Next::Truncated(reason.to_owned());
    assert_eq!(ask(&query, &seen, &page), cut("repeated_cursor"));
    let further = |id: &str, first: &str| PageFacts {
        last_id: Some(id.to_owned()),
        first_record: Some(first.to_owned()),
        ..page.clone()
    };
    assert_eq!(ask(&query, &seen, &further("9", "67538044")), cut("no_progress"));
    assert_eq!(ask(&query, &seen, &further("67538050", "67538041")), cut("no_progress"));
    let on = pairs(&[("pageSize", "300"), ("lastSeenAssetId", "67538050")]);
    assert_eq!(ask(&query, &seen, &further("67538050", "67538044")), Next::Query(on));
    let end = PageFacts { has_more: Some(false), ..page.clone() };
    assert_eq!(ask(&query, &seen, &end), Next::End);
    assert_eq!(ask(&query, &seen, &PageFacts::default()), Next::End);
    let none = PageFacts { records: 0, ..page.clone() };
    assert_eq!(ask(&sent, &Cursors::default(), &none), cut("empty_page"));
    let no_cursor = PageFacts { last_id: None, last_record: None, ..page };
    assert_eq!(ask(&sent, &Cursors::default(), &no_cursor), cut("no_cursor"));
}

#[test]
fn cloudview_counts_its_pages() {
    let cloud = endpoint("cloud/aws-connectors");
    let page = facts(CLOUD, cloud);
    let sent = pairs(&[("pageSize", "50")]);
    let mut seen = Cursors::default();
    let Next::Query(query) = paging::next(cloud, &sent, &mut seen, &page) else { panic!() };
    assert_eq!(query, pairs(&[("pageSize", "50"), ("pageNo", "1")]));
    let ask = |page: &PageFacts| paging::next(cloud, &query, &mut seen.clone(), page);
    let cut = |reason: &str| Next::Truncated(reason.to_owned());
    // The answer is page 0 again.
    assert_eq!(ask(&page), cut("no_progress"));
    let second = PageFacts { page_no: Some(1), ..page };
    assert_eq!(ask(&second), cut("no_progress"));
    let second = PageFacts { first_record: Some("other".to_owned()), ..second };
    let third = pairs(&[("pageSize", "50"), ("pageNo", "2")]);
    assert_eq!(ask(&second), Next::Query(third.clone()));
    let unsaid = PageFacts { last_page: None, page_no: None, ..second.clone() };
    assert_eq!(ask(&unsaid), Next::Query(third));
    assert_eq!(ask(&PageFacts { last_page: Some(true), ..second.clone() }), Next::End);
    assert_eq!(ask(&PageFacts { records: 0, ..second }), cut("empty_page"));
    assert_eq!(ask(&PageFacts::default()), Next::End);
}

#[test]
fn lists_of_fo_go_on_by_either_form_of_the_note() {
    for (id, body, cursor) in [
        ("vm/auth-records", fixture!("auth_records_ids.xml"), ("id_min", "5101")),
        ("pc/postures", fixture!("postures_page.xml"), ("id_min", "32")),
    ] {
        let endpoint = endpoint(id);
        let sent = pairs(&[("action", "list")]);
        let page = facts(body, endpoint);
        let next = paging::next(endpoint, &sent, &mut Cursors::default(), &page);
        let Next::Query(query) = next else { panic!("{id}") };
        assert_eq!(query.last().unwrap(), &pairs(&[cursor])[0]);
    }
}

#[test]
fn ids_are_texts() {
    for (id, body, element, expected) in [
        ("vm/auth-records", fixture!("auth_records_ids.xml"), "AUTH_*_IDS|AUTH_*_RECORDS", vec!["oracle_http_server", "unix", "windows"]),
        ("vm/auth-records", fixture!("auth_records_newer.xml"), "AUTH_*_IDS|AUTH_*_RECORDS", vec!["snmp", "unix"]),
        ("vm/auth-records", fixture!("auth_records_ids.xml"), "AUTH_UNIX_IDS/ID_SET/ID_RANGE", vec![]),
        ("vm/auth-records", fixture!("auth_records_ids.xml"), "AUTH_UNIX_IDS/ID_SET/ID", vec!["3101"]),
        ("cloud/aws-connectors", CLOUD, "awsAccountId", vec!["000000000001", "000000000002"]),
        ("am/users", USERS, "id", vec!["9001", "9002"]),
        ("was/web-apps", fixture!("web_app.xml"), "id", vec!["5501"]),
        ("cloud/gcp-connectors", br#"{"content":[{"projectId":"b-1"},{"projectId":"a.example:b"},{"projectId":".."},{"projectId":"a/b"},{"projectId":10},{"projectId":9}]}"#, "projectId", vec!["10", "9", "a.example:b", "b-1"]),
        ("cloud/gcp-connectors", br#"{"content":[{"projectId":10},{"projectId":"9"},{"projectId":100.0},{"projectId":9}]}"#, "projectId", vec!["9", "10", "100"]),
    ] {
        let found = ids::ids(body, endpoint(id), element).unwrap();
        assert_eq!(found, expected, "{id} {element}");
    }
    for endpoint in catalogue::ENDPOINTS {
        for source in endpoint.fan_out.map_or(&[][..], |fan_out| fan_out.sources) {
            assert!(catalogue::endpoint(source.endpoint).is_some(), "{}", endpoint.id);
        }
    }
}

#[test]
fn records_of_a_pattern_are_those_of_its_list() {
    let body = fixture!("auth_unix.xml");
    let (found, read) = texts(body, "AUTH_*", "ID");
    assert_eq!(found, [Some("3101".to_owned()), Some("3110".to_owned())]);
    assert_eq!(read.unwrap().root, "AUTH_UNIX_LIST_OUTPUT");
    let segments =
        |id: &str, body: &[u8]| records::segments(body, endpoint(id).family, endpoint(id).record).0;
    assert_eq!(segments("vm/auth-record-details", body), "xml:AUTH_UNIX");
    assert_eq!(segments("vm/virtual-hosts", fixture!("virtual_hosts.xml")), "xml:VIRTUAL_HOST");
    assert_eq!(segments("vm/virtual-hosts", fixture!("virtual_hosts_short.xml")), "xml:VHOST");
    assert_eq!(segments("am/users", USERS), "json:data");
    assert_eq!(segments("gav/assets", ASSETS), "json:asset");
    assert_eq!(segments("cloud/aws-connectors", CLOUD), "json:content");
}

/// The texts at `path` of every record of an answer of `id`.
fn all(id: &str, body: &[u8], path: &str) -> Vec<String> {
    let endpoint = endpoint(id);
    let mut found = Vec::new();
    records::read::<Infallible>(body, endpoint.family, endpoint.record, |record| {
        found.extend(record.all(path).map(str::to_owned));
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn one_reader_serves_every_family() {
    for (id, body, path, expected) in [
        ("am/users", USERS, "roleList/list/RoleData/name", vec!["MANAGER", "READER"]),
        ("am/aws-connectors", CONNECTORS, "disabled", vec!["false", "true"]),
        ("am/aws-connectors", CONNECTORS, "runFrequency", vec!["240"]),
        ("am/aws-connectors", CONNECTORS, "activation/list", vec!["VM", "PC"]),
        ("gav/assets", ASSETS, "hostId", vec!["5101"]),
        ("gav/assets", ASSETS, "softwareListData/software/id", vec!["9007199254740993"]),
        ("gav/assets", ASSETS, "sensor/activatedForModules", vec!["VM", "PC"]),
        ("gav/assets", ASSETS, "tagList/tag/tagName", vec!["Prod"]),
        ("gav/assets", ASSETS, "inventoryListData/inventory/source", vec!["IP", "CLOUD_AGENT"]),
        ("cloud/aws-connectors", CLOUD, "error", vec!["the role cannot be assumed"]),
        ("cloud/aws-connectors", CLOUD, "isDisabled", vec!["false"]),
        (
            "am/versions",
            fixture!("portal_version.xml"),
            "QWeb-Version/SCANNER-VERSION",
            vec!["13.4.22-1"],
        ),
        (
            "vm/virtual-hosts",
            fixture!("virtual_hosts_short.xml"),
            "FQDN",
            vec!["a.example.test", "b.example.test"],
        ),
        ("vm/networks", fixture!("networks_latin1.xml"), "NAME", vec!["Büro – Süd"]),
        ("vm/appliances", fixture!("appliances.xml"), "NAME", vec!["va\neast"]),
        (
            "vm/appliances",
            fixture!("appliances.xml"),
            "INTERFACE_SETTINGS/INTERFACE",
            vec!["lan", "wan"],
        ),
        ("vm/appliances", fixture!("appliances.xml"), "SS_LAST_CONNECTED", vec![]),
        (
            "vm/report-templates",
            fixture!("report_templates.xml"),
            "TITLE",
            vec!["Monthly\nSummary"],
        ),
        ("vm/report-templates", fixture!("report_templates.xml"), "GLOBAL", vec![]),
    ] {
        assert_eq!(all(id, body, path), expected, "{id} {path}");
    }
}

#[test]
fn what_stands_before_an_answer_does_not_matter() {
    let comment = b"<!-- evaluation //-->\n<?xml version=\"1.0\"?>\n<OPTION_PROFILES><OPTION_PROFILE><A>1</A></OPTION_PROFILE></OPTION_PROFILES>";
    assert_eq!(all("vm/option-profiles", comment, "A"), ["1"]);
    let marked = [b"\xEF\xBB\xBF \n".as_slice(), USERS].concat();
    assert_eq!(all("am/users", &marked, "id"), ["9001", "9002"]);
}

#[test]
fn the_dates_of_one_answer_are_of_many_kinds() {
    for (path, expected) in [
        ("lastModifiedDate", vec![Some("2026-03-27T02:10:00Z")]),
        ("sensor/lastVMScan", vec![Some("2026-03-28T02:10:00Z")]),
        ("sensor/lastComplianceScan", vec![None]),
        ("operatingSystem/lifecycle/eosDate", vec![Some("2024-06-30T00:00:00Z")]),
    ] {
        let dates: Vec<_> =
            all("gav/assets", ASSETS, path).iter().map(|text| time::parse(text)).collect();
        let expected: Vec<_> =
            expected.into_iter().map(|date| date.and_then(time::parse)).collect();
        assert_eq!(dates, expected, "{path}");
    }
    let synced = all("cloud/aws-connectors", CLOUD, "lastSyncedOn");
    assert_eq!(
        synced.iter().map(|text| time::parse(text)).collect::<Vec<_>>(),
        [time::parse("2026-01-30T06:29:04Z")]
    );
}
