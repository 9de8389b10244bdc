//! Contract tests of the wire as a client meets it, without sockets.

mod faults;
mod planted;
mod rest;
mod setup;
mod stock;

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use super::params::Params;
use crate::faults::{Fault, Faults};
use crate::subscription::{Incoming, Outgoing, Subscription};
use crate::tenant::{Kind, Spec, Tenant};

/// 2026-03-28T02:10:00Z
const CLOCK: i64 = 1_774_663_800;

fn tenant(kind: Kind) -> Arc<Tenant> {
    static NEGLECTED: OnceLock<Arc<Tenant>> = OnceLock::new();
    let make = || Arc::new(Tenant::new(&spec(kind)));
    if kind == Kind::Neglected { Arc::clone(NEGLECTED.get_or_init(make)) } else { make() }
}

fn spec(kind: Kind) -> Spec {
    Spec { kind, seed: 7, hosts: Some(60), detections_per_host: Some(3), clock: CLOCK }
}

fn subscription(kind: Kind, faults: &str) -> Subscription {
    Subscription::new(tenant(kind), faults_of(faults))
}

fn faults_of(list: &str) -> Faults {
    let entries = list.split(',').filter(|entry| !entry.is_empty());
    entries.map(|entry| entry.parse::<Fault>().unwrap()).collect()
}

fn incoming(target: &str) -> Incoming {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut params = Params::default();
    params.read(query);
    // user:pass
    let authorization = Some("Basic dXNlcjpwYXNz".to_owned());
    Incoming {
        path: path.to_owned(),
        params,
        authorization,
        requested_with: true,
        ..Incoming::default()
    }
}

fn search(target: &str, body: &str) -> Incoming {
    Incoming { post: true, body: body.as_bytes().to_vec(), ..incoming(target) }
}

fn get(subscription: &Subscription, target: &str) -> (u16, String) {
    ask(subscription, incoming(target))
}

fn ask(subscription: &Subscription, incoming: Incoming) -> (u16, String) {
    let outgoing = subscription.answer(incoming, Instant::now());
    let status = outgoing.reply.status;
    (status, String::from_utf8_lossy(&outgoing.reply.read()).into_owned())
}

fn headers(outgoing: &Outgoing) -> Vec<(String, String)> {
    let lower = |(name, value): &(&str, String)| (name.to_ascii_lowercase(), value.clone());
    outgoing.reply.headers.iter().map(lower).collect()
}

/// The ids right below each record, in order.
fn ids(body: &str, record: &str, id: &str) -> Vec<u64> {
    let open = format!("<{record}>");
    let element = format!("<{id}>");
    body.split(&open)
        .skip(1)
        .map(|record| {
            let (_, rest) = record.split_once(&element).unwrap();
            rest.split('<').next().unwrap().parse().unwrap()
        })
        .collect()
}

/// The query of the continuation URL.
fn next(body: &str) -> Option<String> {
    let (_, url) = body.split_once("<URL>")?;
    let (url, _) = url.split_once("</URL>")?;
    let (_, query) = url.split_once('?')?;
    Some(query.trim_end_matches("]]>").trim().replace("&amp;", "&"))
}

fn walk(subscription: &Subscription, path: &str, query: &str, record: &str) -> Vec<u64> {
    let mut seen = Vec::new();
    let mut query = Some(query.to_owned());
    for _ in 0..500 {
        let Some(asked) = query else { return seen };
        let (status, body) = get(subscription, &format!("{path}?{asked}"));
        assert_eq!(status, 200, "{body}");
        seen.extend(ids(&body, record, "ID"));
        query = next(&body);
    }
    panic!("the walk does not end");
}

#[test]
fn pages_of_any_size_visit_each_host_once() {
    let subscription = subscription(Kind::Neglected, "");
    for (path, record) in [
        ("/api/5.0/fo/asset/host/", "HOST"),
        ("/api/5.0/fo/asset/host/vm/detection/", "HOST"),
        ("/api/2.0/fo/asset/group/", "ASSET_GROUP"),
    ] {
        let all = walk(&subscription, path, "action=list&truncation_limit=0", record);
        assert!(all.len() > 20 && all.is_sorted(), "{path}: {}", all.len());
        for size in [7, all.len() / 2, all.len() - 1, all.len(), all.len() + 1] {
            let query = format!("action=list&truncation_limit={size}");
            assert_eq!(walk(&subscription, path, &query, record), all, "{path} by {size}");
        }
    }
}

#[test]
fn the_last_page_may_be_exactly_full() {
    let subscription = subscription(Kind::Neglected, "");
    let path = "/api/5.0/fo/asset/host/";
    let count = walk(&subscription, path, "action=list&truncation_limit=0", "HOST").len();
    let (_, full) = get(&subscription, &format!("{path}?action=list&truncation_limit={count}"));
    assert!(!full.contains("WARNING"));
}

#[test]
fn searches_by_last_id_visit_each_record_once() {
    let subscription = subscription(Kind::Neglected, "");
    for (object, record) in [("hostasset", "HostAsset"), ("tag", "Tag")] {
        let path = format!("/qps/rest/2.0/search/am/{object}");
        let page = |after: u64, limit: usize| {
            let body = format!(
                "<ServiceRequest><preferences><limitResults>{limit}</limitResults></preferences>\
                 <filters><Criteria field=\"id\" operator=\"GREATER\">{after}</Criteria></filters>\
                 </ServiceRequest>"
            );
            ask(&subscription, search(&path, &body)).1
        };
        let all = ids(&page(0, 1000), record, "id");
        for limit in [2, all.len(), all.len() + 1] {
            let mut seen = Vec::new();
            let mut after = 0;
            loop {
                let body = page(after, limit);
                seen.extend(ids(&body, record, "id"));
                if !body.contains("<hasMoreRecords>true</hasMoreRecords>") {
                    assert!(!body.contains("lastId"), "{body}");
                    break;
                }
                after = ids(&body, "ServiceResponse xmlns", "lastId").pop().unwrap_or_else(|| {
                    let (_, rest) = body.split_once("<lastId>").unwrap();
                    rest.split('<').next().unwrap().parse().unwrap()
                });
            }
            assert_eq!(seen, all, "{object} by {limit}");
        }
    }
}

#[test]
fn a_search_without_hits_has_two_forms() {
    let subscription = subscription(Kind::Neglected, "");
    let body = "<ServiceRequest><filters><Criteria field=\"id\" operator=\"EQUALS\">1</Criteria>\
                </filters></ServiceRequest>";
    for (object, spoken) in [("hostasset", false), ("tag", true)] {
        let path = format!("/qps/rest/2.0/search/am/{object}");
        let (status, body) = ask(&subscription, search(&path, body));
        assert!(status == 200 && body.contains("<count>0</count>"), "{body}");
        assert_eq!(body.contains("<data>"), spoken);
        assert_eq!(body.contains("<hasMoreRecords>false</hasMoreRecords>"), spoken);
    }
}

#[test]
fn agents_are_the_assets_with_their_tag() {
    let subscription = subscription(Kind::Neglected, "");
    let count = |criteria: &str| -> u64 {
        let body = format!("<ServiceRequest><filters>{criteria}</filters></ServiceRequest>");
        let (_, body) = ask(&subscription, search("/qps/rest/2.0/count/am/hostasset", &body));
        let (_, count) = body.split_once("<count>").unwrap();
        count.split('<').next().unwrap().parse().unwrap()
    };
    let all = count("");
    let agents = "<Criteria field=\"tagName\" operator=\"EQUALS\">Cloud Agent</Criteria>";
    let by_method = "<Criteria field=\"trackingMethod\" operator=\"EQUALS\">QAGENT</Criteria>";
    assert!(0 < count(agents) && count(agents) < all);
    assert!(0 < count(by_method) && count(by_method) < all);
    let both = count(&format!("{agents}{by_method}"));
    assert!(0 < both && both <= count(agents) && both <= count(by_method));
}

#[test]
fn the_log_is_read_to_its_end_through_the_footer() {
    let subscription = subscription(Kind::Neglected, "");
    let path = "/api/2.0/fo/activity_log/?action=list&output_format=csv";
    let rows = |body: &str| body.lines().filter(|line| line.starts_with("\"20")).count();
    let (_, whole) = get(&subscription, &format!("{path}&truncation_limit=0"));
    assert!(whole.starts_with("\"Date\""), "a whole log comes plain");
    let mut seen = 0;
    let mut cursor = String::new();
    loop {
        let (_, body) = get(&subscription, &format!("{path}&truncation_limit=300{cursor}"));
        assert!(body.starts_with("----BEGIN_RESPONSE_BODY_CSV\r\n"));
        seen += rows(&body);
        let Some((_, id)) = body.split_once("id_max=") else { break };
        cursor = format!("&id_max={}", id.split('"').next().unwrap());
    }
    assert_eq!(seen, rows(&whole));
}

#[test]
fn switches_govern_what_is_shown() {
    let subscription = subscription(Kind::Neglected, "");
    let host = "/api/5.0/fo/asset/host/?action=list";
    let found = "/api/5.0/fo/asset/host/vm/detection/?action=list&truncation_limit=0";
    let old = "/api/2.0/fo/asset/host/vm/detection/?action=list&truncation_limit=0";
    let group = "/api/2.0/fo/asset/group/?action=list";
    for (call, switch, element) in [
        (host, "show_tags=1", "<TAGS>"),
        (host, "show_asset_id=1", "<ASSET_ID>"),
        (host, "details=All", "<LAST_VM_SCANNED_DATE>"),
        (host, "details=Basic/AGs", "<ASSET_GROUP_IDS>"),
        (host, "details=None", "<ID_SET>"),
        (found, "show_qds=1", "<QDS severity="),
        (found, "show_arf_data=1", "<AFFECT_RUNNING_KERNEL>"),
        (old, "active_kernels_only=0", "<AFFECT_RUNNING_KERNEL>"),
        (found, "include_ignored=1", "<IS_IGNORED>1<"),
        (found, "status=Fixed", "<STATUS>Fixed<"),
        (group, "show_attributes=ALL", "<HOST_IDS>"),
    ] {
        let (_, without) = get(&subscription, call);
        let (status, with) = get(&subscription, &format!("{call}&{switch}"));
        assert_eq!(status, 200, "{with}");
        assert!(!without.contains(element) && with.contains(element), "{call} {switch}");
    }
    let (_, silent) = get(&subscription, &format!("{found}&show_results=0"));
    let (_, verbose) = get(&subscription, found);
    assert!(verbose.contains("<RESULTS>") && !silent.contains("<RESULTS>"));
}

#[test]
fn versions_differ_in_their_fields() {
    let subscription = subscription(Kind::Neglected, "");
    let shows = |version: u8, path: &str, element: &str| {
        get(&subscription, &format!("/api/{version}.0/fo/{path}")).1.contains(element)
    };
    let found = "asset/host/vm/detection/?action=list&truncation_limit=3";
    assert!(!shows(2, found, "<UNIQUE_VULN_ID>") && shows(3, found, "<UNIQUE_VULN_ID>"));
    let base = "knowledge_base/vuln/?action=list";
    assert!(!shows(2, base, "<PATCH_PUBLISHED_DATE>") && shows(3, base, "<PATCH_PUBLISHED_DATE>"));
    let agents = "asset/host/?action=list&cloud_agent_activationkey=1";
    assert!(shows(3, agents, "<CODE>1901<") && shows(4, agents, "<AGENT_ACTIVATION_KEY>"));
}

#[test]
fn old_platforms_refuse_new_versions() {
    for (kind, newest) in [(Kind::OldVersions, 3), (Kind::OnlyTwo, 2), (Kind::Tidy, 5)] {
        let subscription = subscription(kind, "");
        for version in 2..=6 {
            for path in ["asset/host/", "asset/host/vm/detection/", "schedule/scan/"] {
                let (status, _) =
                    get(&subscription, &format!("/api/{version}.0/fo/{path}?action=list"));
                assert_eq!(status == 200, version <= newest, "{kind:?} {version}.0 {path}");
            }
        }
    }
}

#[test]
fn bodies_are_the_same_in_every_run() {
    let (one, two) = (subscription(Kind::Tidy, ""), subscription(Kind::Tidy, ""));
    for target in [
        "/api/5.0/fo/asset/host/?action=list&details=All/AGs&show_tags=1",
        "/api/5.0/fo/asset/host/vm/detection/?action=list",
        "/api/4.0/fo/knowledge_base/vuln/?action=list&details=All",
        "/api/5.0/fo/schedule/scan/?action=list&show_notifications=1",
    ] {
        assert_eq!(get(&one, target), get(&two, target));
    }
}

#[test]
fn hygiene_quirks_are_there() {
    let subscription = subscription(Kind::Neglected, "");
    let bytes = |target: &str| subscription.answer(incoming(target), Instant::now()).reply.read();
    let base = bytes("/api/4.0/fo/knowledge_base/vuln/?action=list&details=All");
    assert!(base.contains(&0x0b), "a control character that XML forbids");
    assert!(String::from_utf8_lossy(&base).contains("<!-- keep-alive"));
    let schedules = bytes("/api/5.0/fo/schedule/scan/?action=list&show_notifications=1");
    assert!(String::from_utf8(schedules).is_err(), "a byte of Latin-1");
    let hosts = bytes("/api/5.0/fo/asset/host/?action=list");
    let text = String::from_utf8(hosts).unwrap();
    assert!(text.contains("<OS>\n") && text.contains("<OS><![CDATA["), "both forms of CDATA");
    assert!(text.contains("<SERIAL_NUMBER><![CDATA[null]]>"), "a word for nothing");
}
