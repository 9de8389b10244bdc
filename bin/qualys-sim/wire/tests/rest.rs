//! The portal, WAS, `CloudView` and the gateway.

use std::time::Instant;

use qualys_sec_inspector::catalogue::{ENDPOINTS, Family, Method};
use serde_json::Value;

use super::stock::stocked;
use super::{ask, get, headers, incoming, search};
use crate::auth;
use crate::subscription::{Incoming, Subscription};
use crate::tenant::Kind;

const ASSETS: &str = "/rest/2.0/search/am/asset";
const AWS: &str = "/cloudview-api/rest/v1/aws/connectors";
const EVALUATIONS: &str = "/cloudview-api/rest/v1/aws/evaluations/111122223330-0";
const APPS: &str = "/qps/rest/3.0/search/was/webapp";

fn bearer(target: &str, time: i64) -> Incoming {
    let authorization = Some(format!("Bearer {}", auth::token("acme_ab1", 0)));
    Incoming { authorization, post: true, time, ..incoming(target) }
}

fn json(target: &str, body: &str) -> Incoming {
    let media = Some("application/json".to_owned());
    Incoming { content_type: media.clone(), accept: media, ..search(target, body) }
}

fn read(subscription: &Subscription, call: Incoming) -> Value {
    let (status, body) = ask(subscription, call);
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

fn numbers(rows: &Value, pointer: &str) -> Vec<u64> {
    let rows = rows.as_array().into_iter().flatten();
    rows.map(|row| row.pointer(pointer).and_then(Value::as_u64).unwrap()).collect()
}

#[test]
fn every_call_of_the_catalogue_is_answered_with_records() {
    let subscription = stocked(Kind::Tidy, "");
    for endpoint in ENDPOINTS {
        for variant in endpoint.variants {
            let id = match endpoint.id {
                "was/web-app-details" => "41",
                "cloud/aws-evaluations" => "111122223330-0",
                "cloud/azure-evaluations" => "111122223331-0",
                _ => "111122223332-0",
            };
            let pairs: Vec<String> =
                variant.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let target = format!("{}?{}", variant.path.replace("{}", id), pairs.join("&"));
            let post = endpoint.method == Method::Post;
            let element = endpoint.record.rsplit('/').next().unwrap();
            match endpoint.family {
                Family::FoXml | Family::FoCsv | Family::MspXml => {}
                Family::QpsXml => {
                    let (status, body) = ask(&subscription, Incoming { post, ..incoming(&target) });
                    assert!(status == 200 && body.contains("SUCCESS"), "{}: {body}", endpoint.id);
                    let counted = endpoint.id == "am/host-asset-count";
                    assert!(counted || body.contains(&format!("<{element}>")), "{body}");
                }
                Family::QpsJson => {
                    let body = read(&subscription, json(&target, ""));
                    assert!(
                        body.pointer(&format!("/ServiceResponse/data/0/{element}/id")).is_some()
                    );
                }
                Family::CloudViewJson => {
                    let body = read(&subscription, Incoming { post, ..incoming(&target) });
                    let empty = ["cloud/azure-evaluations", "cloud/gcp-evaluations"];
                    let rows = body["content"].as_array().unwrap();
                    assert_eq!(rows.is_empty(), empty.contains(&endpoint.id), "{}", endpoint.id);
                }
                Family::GatewayJson => {
                    let body = read(&subscription, bearer(&target, 1));
                    assert!(body["count"].as_u64() > Some(0), "{body}");
                }
            }
        }
    }
}

#[test]
fn both_languages_say_the_same() {
    let subscription = stocked(Kind::Tidy, "");
    for (path, record) in [
        ("/qps/rest/2.0/search/am/user/", "User"),
        ("/qps/rest/2.0/search/am/tag", "Tag"),
        ("/qps/rest/2.0/search/am/hostasset", "HostAsset"),
        ("/qps/rest/3.0/search/am/gcpassetdataconnector", "GcpAssetDataConnector"),
        (APPS, "WebApp"),
        ("/qps/rest/3.0/search/was/wasscan", "WasScan"),
        ("/qps/rest/3.0/search/was/wasscanschedule", "WasScanSchedule"),
        ("/qps/rest/3.0/search/was/webappauthrecord/", "WebAppAuthRecord"),
        ("/qps/rest/3.0/search/was/finding/", "Finding"),
        ("/qps/rest/3.0/search/was/catalog", "Catalog"),
    ] {
        let (_, xml) = ask(&subscription, search(path, ""));
        let response = read(&subscription, json(path, ""));
        let response = &response["ServiceResponse"];
        let seen = numbers(&response["data"], &format!("/{record}/id"));
        assert!(!seen.is_empty() && seen == super::ids(&xml, record, "id"), "{path}");
        assert_eq!(response["count"], seen.len());
        assert_eq!(response["responseCode"], "SUCCESS");
        let more = xml.contains("<hasMoreRecords>true<");
        assert_eq!(response["hasMoreRecords"], more.to_string(), "booleans are strings");
        assert_eq!(response.get("lastId").is_some(), more);
    }
}

#[test]
fn json_takes_both_headers() {
    let subscription = stocked(Kind::Tidy, "");
    for (sends, wants) in [(true, false), (false, true), (true, true)] {
        let media = |on: bool| on.then(|| "application/json".to_owned());
        let call =
            Incoming { content_type: media(sends), accept: media(wants), ..search(APPS, "") };
        let (_, body) = ask(&subscription, call);
        assert_eq!(body.starts_with('{'), sends && wants, "{body}");
    }
    let none = r#"{"ServiceRequest":{"filters":{"Criteria":
        {"field":"id","operator":"EQUALS","value":"1"}}}}"#;
    let body = read(&subscription, json(APPS, none));
    assert_eq!(
        body,
        serde_json::json!({"ServiceResponse": {"count": 0, "responseCode": "SUCCESS"}})
    );
    let wrong = none.replace("\"id\"", "\"isScanned\"");
    let body = read(&subscription, json(APPS, &wrong));
    assert_eq!(body["ServiceResponse"]["responseCode"], "INVALID_REQUEST");
    let more = body.pointer("/ServiceResponse/responseErrorDetails/errorResolution");
    assert_eq!(more.unwrap(), "Values expected: true, false.");
}

#[test]
fn counts_come_by_either_method() {
    let subscription = stocked(Kind::Tidy, "");
    for path in ["/qps/rest/2.0/count/am/hostasset", "/qps/rest/3.0/count/was/webapp"] {
        let (_, by_get) = get(&subscription, path);
        let (_, by_post) = ask(&subscription, search(path, ""));
        assert!(by_get == by_post && by_get.contains("<count>"), "{by_get}");
    }
    assert_eq!(get(&subscription, APPS).0, 405);
}

#[test]
fn a_search_shows_less_of_a_web_application_than_get() {
    let subscription = stocked(Kind::Tidy, "");
    let (_, thin) = ask(&subscription, search(APPS, ""));
    let verbose = "<ServiceRequest><preferences><verbose>true</verbose></preferences>\
                   </ServiceRequest>";
    let (_, verbose) = ask(&subscription, search(APPS, verbose));
    let (_, full) = get(&subscription, "/qps/rest/3.0/get/was/webapp/40");
    for (element, shown) in [
        ("<createdDate>", [true, true, true]),
        ("<Tag>", [false, true, true]),
        ("<isScheduled>", [false, false, true]),
        ("<authStatus>", [false, false, true]),
        ("<WebAppAuthRecord>", [false, false, true]),
    ] {
        let seen = [&thin, &verbose, &full].map(|body| body.contains(element));
        assert_eq!(seen, shown, "{element}");
    }
    let (_, none) = get(&subscription, "/qps/rest/3.0/get/was/webapp/4711");
    assert!(none.contains("OBJECT_NOT_FOUND"), "{none}");
}

#[test]
fn secrets_are_there_to_be_left_out() {
    let subscription = stocked(Kind::Tidy, "");
    let (_, app) = get(&subscription, "/qps/rest/3.0/get/was/webapp/40");
    for what in ["header", "attribute", "comment", "screenshot", "proxy", "script"] {
        assert!(app.contains(&format!("planted-{what}-40")), "{what}: {app}");
    }
    let (_, records) = ask(&subscription, search("/qps/rest/3.0/search/was/webappauthrecord", ""));
    assert_eq!(records.matches("planted-password").count(), 3, "{records}");
    for (provider, what) in
        [("aws", "secret-key"), ("azure", "authentication-key"), ("gcp", "private-key")]
    {
        let path = format!("/qps/rest/3.0/search/am/{provider}assetdataconnector");
        let (_, body) = ask(&subscription, search(&path, ""));
        assert!(body.contains(&format!("planted-{what}")), "{body}");
        assert_eq!(body.contains("planted-external-id"), provider == "aws");
    }
    assert!(get(&subscription, AWS).1.contains("planted-external-id"));
}

#[test]
fn a_deleted_application_is_named_by_its_id_alone() {
    let subscription = stocked(Kind::Tidy, "");
    let verbose = r#"{"ServiceRequest":{"preferences":{"verbose":"true"}}}"#;
    let body = read(&subscription, json("/qps/rest/3.0/search/was/wasscanschedule", verbose));
    let schedule = |at: usize| &body["ServiceResponse"]["data"][at]["WasScanSchedule"];
    assert_eq!(schedule(1)["target"], serde_json::json!({"webApp": {"id": 49}}));
    assert_eq!(schedule(1)["invalid"], "true");
    let tags = &schedule(0)["target"]["tags"];
    assert_eq!(tags["included"]["option"], "ANY");
    assert_eq!(tags["excluded"]["tagList"]["list"][0]["Tag"]["id"], 6);
    assert_eq!(schedule(0)["notification"]["recipients"]["list"][0], "soc@acme.example");
}

#[test]
fn a_token_opens_the_gateway_until_it_is_over() {
    let subscription = stocked(Kind::Tidy, "");
    let login = |password: &str| {
        let call = incoming(&format!("/auth?username=acme_ab1&password={password}&token=true"));
        ask(
            &subscription,
            Incoming { post: true, authorization: None, requested_with: false, ..call },
        )
    };
    let (status, token) = login("right");
    assert_eq!((status, token.trim().split('.').count()), (201, 3));
    assert_eq!(login("wrong").0, 401);
    assert!(login("wrong").1.contains("InvalidCredentialsException"));

    let target = format!("{ASSETS}?pageSize=1");
    assert_eq!(ask(&subscription, bearer(&target, 14_399)).0, 200);
    let (status, body) = ask(&subscription, bearer(&target, 14_400));
    assert_eq!((status, body.contains("JWT expired")), (401, true));
    let (status, body) = ask(&subscription, search(&target, ""));
    assert_eq!((status, body.contains("Not authenticated")), (401, true), "Basic is not enough");

    for (target, status) in [
        ("/api/5.0/fo/asset/host/?action=list&truncation_limit=1", 200),
        ("/api/2.0/fo/asset/host/?action=list&truncation_limit=1", 200),
        (APPS, 200),
        ("/msp/user_list.php", 401),
    ] {
        assert_eq!(ask(&subscription, bearer(target, 1)).0, status, "{target}");
    }
    assert_eq!(ask(&subscription, Incoming { post: false, ..bearer(AWS, 1) }).0, 200);
    let (_, late) = ask(&subscription, bearer(APPS, 14_400));
    assert!(late.contains("INVALID_CREDENTIALS"), "{late}");
}

#[test]
fn assets_are_paged_by_the_one_seen_last() {
    let subscription = stocked(Kind::Tidy, "");
    let count = read(&subscription, bearer("/rest/2.0/count/am/asset", 1));
    let count = usize::try_from(count["count"].as_u64().unwrap()).unwrap();
    for size in [7, count - 1, count] {
        let (mut seen, mut last) = (Vec::new(), 0);
        loop {
            let target = format!("{ASSETS}?pageSize={size}&lastSeenAssetId={last}");
            let page = read(&subscription, bearer(&target, 1));
            seen.extend(numbers(&page["assetListData"]["asset"], "/assetId"));
            last = page["lastSeenAssetId"].as_u64().unwrap();
            assert_eq!(seen.last(), Some(&last));
            if page["hasMore"] == 0 {
                break;
            }
        }
        assert_eq!((seen.len(), seen.is_sorted()), (count, true), "by {size}");
        let target = format!("{ASSETS}?pageSize={size}&lastSeenAssetId={last}");
        assert_eq!(ask(&subscription, bearer(&target, 1)), (204, String::new()));
    }
    for size in ["0", "301", "many"] {
        assert_eq!(ask(&subscription, bearer(&format!("{ASSETS}?pageSize={size}"), 1)).0, 400);
    }
    let target = format!("{ASSETS}?pageSize=1&includeFields=inventory,sensor");
    let page = read(&subscription, bearer(&target, 1));
    let asset = page["assetListData"]["asset"][0].as_object().unwrap();
    assert!(asset.contains_key("inventoryListData") && asset["sensor"]["lastVMScan"].is_u64());
    assert!(!asset.contains_key("tagList"));
}

#[test]
fn evaluations_come_in_spring_pages() {
    let subscription = stocked(Kind::Tidy, "");
    let mut seen = Vec::new();
    for number in 0..3 {
        let page = read(&subscription, incoming(&format!("{EVALUATIONS}?pageNo={number}")));
        assert_eq!((&page["number"], &page["totalElements"]), (&number.into(), &120.into()));
        assert_eq!(page["last"], number == 2);
        let rows = page["content"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["controlId"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen, (0..120).map(|id| id.to_string()).collect::<Vec<_>>());
    let page = read(&subscription, incoming(&format!("{EVALUATIONS}?pageNo=9")));
    assert!(page["empty"] == true && page["last"] == true);
    assert_eq!(get(&subscription, "/cloudview-api/rest/v1/aws/evaluations/999").0, 404);
    assert_eq!(get(&subscription, "/cloudview-api/rest/v1/evaluations").0, 404);

    let rows = read(&subscription, incoming(AWS));
    let (first, second) = (&rows["content"][0], &rows["content"][1]);
    assert_eq!(first["lastSyncedOn"], "Sat Mar 28 00:10:00 GMT 2026");
    assert_eq!(
        (&first["state"], &second["state"]),
        (&"Completed successfully".into(), &"SUCCESS".into())
    );
    assert!(second["lastSyncedOn"].is_null() && second["isDisabled"] == true);
    assert_eq!(first["pollingFrequency"], serde_json::json!({"hours": 4, "minutes": 30}));
}

#[test]
fn faults_speak_as_their_family_does() {
    for (fault, target, status, text) in [
        ("rate-429", ASSETS, 429, "\"status\":429"),
        ("rate", ASSETS, 429, "\"status\":429"),
        ("rate-429", AWS, 429, "\"path\":\"/cloudview-api"),
        ("html-503", ASSETS, 503, "<html>"),
        ("unauthorized", ASSETS, 401, "Not authenticated"),
        ("unauthorized", AWS, 401, "\"timestamp\""),
        ("unauthorized", APPS, 200, "INVALID_CREDENTIALS"),
        ("unauthorized", "/auth", 401, "authentication_exceptions"),
        ("expired", ASSETS, 401, "JWT expired"),
        ("denied", ASSETS, 403, "Forbidden"),
        ("denied", AWS, 403, "Forbidden"),
        ("denied", APPS, 200, "UNAUTHORIZED"),
        ("unsubscribed", ASSETS, 200, "\"responseCode\":\"FAILED\""),
        ("unsubscribed", AWS, 403, "not subscribed"),
        ("unsubscribed", APPS, 200, "INVALID_REQUEST"),
        ("retired", AWS, 404, "Not Found"),
        ("retired", ASSETS, 404, "<html>"),
        ("redirect", AWS, 302, "<html>"),
    ] {
        let subscription = stocked(Kind::Tidy, fault);
        let call = bearer(target, 1);
        let outgoing =
            subscription.answer(Incoming { post: target != AWS, ..call }, Instant::now());
        assert_eq!(outgoing.reply.status, status, "{fault} {target}");
        let limited = headers(&outgoing).iter().any(|(name, _)| name == "x-ratelimit-limit");
        assert_eq!(limited, status == 429, "{fault} {target}");
        let body = String::from_utf8(outgoing.reply.read()).unwrap();
        assert!(body.contains(text), "{fault} {target}: {body}");
    }
    let subscription = stocked(Kind::Tidy, "denied");
    let body = read(&subscription, json(APPS, ""));
    assert_eq!(body["ServiceResponse"]["responseCode"], "UNAUTHORIZED", "in the language asked");
}

#[test]
fn cursors_break_at_the_gateway_and_in_spring_pages() {
    let pages = |fault: &str| {
        let subscription = stocked(Kind::Tidy, fault);
        let mut last = 0;
        let assets: Vec<(Vec<u64>, u64)> = (0..3)
            .map(|_| {
                let target = format!("{ASSETS}?pageSize=5&lastSeenAssetId={last}");
                let page = read(&subscription, bearer(&target, 1));
                assert_eq!(page["hasMore"], 1);
                last = page["lastSeenAssetId"].as_u64().unwrap();
                (numbers(&page["assetListData"]["asset"], "/assetId"), last)
            })
            .collect();
        let spring: Vec<(usize, u64)> = (0..3)
            .map(|number| {
                let page = read(&subscription, incoming(&format!("{EVALUATIONS}?pageNo={number}")));
                assert_eq!(page["last"], false);
                (page["content"].as_array().unwrap().len(), page["number"].as_u64().unwrap())
            })
            .collect();
        (assets, spring)
    };
    let (assets, spring) = pages("endless-cursor");
    assert_eq!(assets[0].0, assets[1].0, "no progress");
    assert_ne!(assets[1].1, assets[2].1, "but new cursors");
    assert_eq!(spring, [(50, 0), (50, 1), (50, 2)]);
    let (assets, spring) = pages("repeated-cursor");
    assert_eq!(assets[1], assets[2]);
    assert_eq!(spring, [(50, 0), (50, 0), (50, 0)]);
    let (assets, spring) = pages("empty-cursor");
    assert!(!assets[0].0.is_empty() && assets[1].0.is_empty() && assets[1].1 != assets[2].1);
    assert_eq!(spring, [(50, 0), (0, 1), (0, 2)]);
}

#[test]
fn old_platforms_know_the_old_connectors_alone() {
    for (kind, newest) in [(Kind::OnlyTwo, 2), (Kind::OldVersions, 3), (Kind::Tidy, 3)] {
        let subscription = stocked(kind, "");
        for version in 1..=4 {
            let path = format!("/qps/rest/{version}.0/search/am/awsassetdataconnector");
            let (_, body) = ask(&subscription, search(&path, ""));
            let known = (2..=newest).contains(&version);
            assert_eq!(!body.contains("INVALID_API_VERSION"), known, "{kind:?} {version}: {body}");
        }
    }
    let subscription = stocked(Kind::Reader, "");
    let path = "/qps/rest/3.0/search/am/awsassetdataconnector";
    assert!(ask(&subscription, search(path, "")).1.contains("UNAUTHORIZED"), "for managers alone");
}
