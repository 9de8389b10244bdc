//! Refusals, limits and faults.

use std::time::Instant;

use super::{ask, get, headers, ids, incoming, next, search, subscription};
use crate::subscription::{Incoming, Outgoing};
use crate::tenant::Kind;

#[test]
fn the_front_door() {
    let subscription = subscription(Kind::Neglected, "");
    let hosts = "/api/5.0/fo/asset/host/?action=list&truncation_limit=1";
    let bare = Incoming { requested_with: false, ..incoming(hosts) };
    let (status, body) = ask(&subscription, bare);
    assert_eq!(status, 400);
    assert!(body.starts_with("<!DOCTYPE SIMPLE_RETURN"), "400s have no XML declaration");
    // user:wrong
    let wrong = |target: &str| Incoming {
        authorization: Some("Basic dXNlcjp3cm9uZw==".to_owned()),
        post: true,
        ..incoming(target)
    };
    let (status, body) = ask(&subscription, wrong(hosts));
    assert!(status == 401 && body.contains("<CODE>2000</CODE>"), "{body}");
    let (status, body) = ask(&subscription, wrong("/qps/rest/2.0/search/am/tag"));
    assert!(status == 200 && body.contains("INVALID_CREDENTIALS"), "{body}");
    for path in ["/msp/about.php", "/msp/about.php/"] {
        let call = Incoming { requested_with: false, ..incoming(path) };
        let outgoing = subscription.answer(call, Instant::now());
        let names: Vec<String> = headers(&outgoing).into_iter().map(|(name, _)| name).collect();
        assert!(names.contains(&"x-ratelimit-limit".to_owned()));
        assert!(names.contains(&"x-concurrency-limit-limit".to_owned()));
    }
    let call = search("/qps/rest/2.0/search/am/tag", "");
    let outgoing = subscription.answer(call, Instant::now());
    assert!(!headers(&outgoing).iter().any(|(name, _)| name.contains("limit")));
}

#[test]
fn a_third_call_at_once_is_refused_without_a_time_to_wait() {
    let subscription = subscription(Kind::Neglected, "");
    let hosts = "/api/5.0/fo/asset/host/?action=list";
    let held: Vec<Outgoing> =
        (0..2).map(|_| subscription.answer(incoming(hosts), Instant::now())).collect();
    let blocked = subscription.answer(incoming(hosts), Instant::now());
    assert_eq!(blocked.reply.status, 409);
    let names: Vec<String> = headers(&blocked).into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&"x-ratelimit-towait-sec".to_owned()));
    assert!(!names.contains(&"x-ratelimit-remaining".to_owned()));
    // The limit belongs to the endpoint.
    assert_eq!(get(&subscription, "/api/2.0/fo/asset/ip/?action=list").0, 200);
    drop(held);
    assert_eq!(get(&subscription, hosts).0, 200);
}

#[test]
fn faults_speak_as_the_wire_does() {
    let fo = "/api/5.0/fo/asset/host/?action=list&truncation_limit=5";
    let qps = "/qps/rest/2.0/search/am/tag";
    let msp = "/msp/user_list.php";
    for (fault, target, status, text) in [
        ("concurrency", fo, 409, "<CODE>1960</CODE>"),
        ("rate", fo, 409, "<CODE>1965</CODE>"),
        ("rate-429", fo, 429, "<html>"),
        ("html-503", fo, 503, "<html>"),
        ("unauthorized", fo, 401, "<CODE>2000</CODE>"),
        ("unauthorized", msp, 401, "number=\"2000\""),
        ("unauthorized", qps, 200, "INVALID_CREDENTIALS"),
        ("expired", fo, 200, "<CODE>2001</CODE>"),
        ("expired", msp, 200, "number=\"2001\""),
        ("unsubscribed", msp, 200, "<ERROR number=\"2012\">"),
        ("denied", fo, 403, "SIMPLE_RETURN"),
        ("denied", qps, 200, "UNAUTHORIZED"),
        ("unsubscribed", fo, 403, "<CODE>2012</CODE>"),
        ("retired", fo, 404, "<html>"),
        ("retired", qps, 200, "INVALID_API_VERSION"),
        ("redirect", fo, 302, "<html>"),
        ("foreign-host", fo, 200, "https://qualysapi.elsewhere.example.net/"),
    ] {
        let subscription = subscription(Kind::Neglected, fault);
        let (got, body) = ask(&subscription, search(target, ""));
        assert_eq!(got, status, "{fault} {target}");
        assert!(body.contains(text), "{fault} {target}: {body}");
    }
}

#[test]
fn broken_cursors_never_end_and_differ_in_how() {
    let path = "/api/5.0/fo/asset/host/";
    let first = "action=list&truncation_limit=5";
    let pages = |fault: &str| -> Vec<(Vec<u64>, String)> {
        let subscription = subscription(Kind::Neglected, fault);
        let mut query = first.to_owned();
        (0..3)
            .map(|_| {
                let (_, body) = get(&subscription, &format!("{path}?{query}"));
                query = next(&body).unwrap();
                (ids(&body, "HOST", "ID"), query.clone())
            })
            .collect()
    };
    let endless = pages("endless-cursor");
    assert_eq!(endless[0].0, endless[1].0, "no progress");
    assert_ne!(endless[1].1, endless[2].1, "but new cursors");
    let repeated = pages("repeated-cursor");
    assert_eq!(repeated[1].1, repeated[2].1);
    let empty = pages("empty-cursor");
    assert!(!empty[0].0.is_empty() && empty[1].0.is_empty());
    assert_ne!(empty[1].1, empty[2].1);
}

#[test]
fn a_numbered_fault_strikes_once() {
    let subscription = subscription(Kind::Neglected, "html-503:vm/hosts@2");
    let hosts = "/api/5.0/fo/asset/host/?action=list&truncation_limit=1";
    let ips = "/api/2.0/fo/asset/ip/?action=list";
    let statuses: Vec<u16> = [hosts, ips, hosts, ips, hosts]
        .into_iter()
        .map(|target| get(&subscription, target).0)
        .collect();
    assert_eq!(statuses, [200, 200, 503, 200, 200]);
}

#[test]
fn cursors_of_searches_and_logs_break_too() {
    let log = "/api/2.0/fo/activity_log/?action=list&truncation_limit=5";
    for (fault, same) in [("repeated-cursor", true), ("endless-cursor", false)] {
        let subscription = subscription(Kind::Neglected, fault);
        let cursor = |after: u64| -> (Vec<u64>, u64) {
            let body = format!(
                "<ServiceRequest><preferences><limitResults>2</limitResults></preferences>\
                 <filters><Criteria field=\"id\" operator=\"GREATER\">{after}</Criteria></filters>\
                 </ServiceRequest>"
            );
            let (_, body) = ask(&subscription, search("/qps/rest/2.0/search/am/tag", &body));
            assert!(body.contains("<hasMoreRecords>true"), "{body}");
            let (_, id) = body.split_once("<lastId>").unwrap();
            (ids(&body, "Tag", "id"), id.split('<').next().unwrap().parse().unwrap())
        };
        let (page, first) = cursor(0);
        let (again, second) = cursor(first);
        assert_eq!(page, again, "{fault}");
        assert_eq!(first == second, same, "{fault}");

        let older = |target: &str| -> String {
            let (_, body) = get(&subscription, target);
            let (_, id) = body.split_once("id_max=").unwrap();
            id.split('"').next().unwrap().to_owned()
        };
        let first = older(log);
        let second = older(&format!("{log}&id_max={first}"));
        assert_eq!(first == second, same, "{fault}");
    }
    let subscription = subscription(Kind::Neglected, "empty-cursor");
    let (_, body) = get(&subscription, &format!("{log}&id_max=90500"));
    assert!(body.contains("id_max=") && !body.contains("\"20"), "{body}");
}
