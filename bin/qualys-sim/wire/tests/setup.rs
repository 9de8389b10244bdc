//! The calls about the set-up of scans and about policies, on records of the tests' own.

use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Family, Method, Variant};

use super::super::auth_records::TECHNOLOGIES;
use super::planted::fixture;
use super::{ask, get, ids, incoming, next, subscription, tenant};
use crate::subscription::Subscription;
use crate::tenant::Kind;

/// The rows of the catalogue that this file is about.
fn rows() -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS.iter().filter(|endpoint| {
        matches!(endpoint.family, Family::FoXml | Family::FoCsv | Family::MspXml)
    })
}

fn target(endpoint: &Endpoint, variant: &Variant) -> String {
    let mut pairs: Vec<String> =
        variant.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut path = variant.path.to_owned();
    if let Some(fan_out) = endpoint.fan_out {
        if fan_out.param.is_empty() {
            path = path.replace("{}", "unix");
        } else {
            pairs.push(format!("{}=1-9000000", fan_out.param));
        }
    }
    if let Some(since) = endpoint.since {
        pairs.push(format!("{since}=2025-02-21T02:10:00Z"));
    }
    format!("{path}?{}", pairs.join("&"))
}

fn call(subscription: &Subscription, endpoint: &Endpoint, variant: &Variant) -> (u16, String) {
    let mut call = incoming(&target(endpoint, variant));
    call.post = endpoint.method == Method::Post;
    ask(subscription, call)
}

#[test]
fn every_variant_is_accepted_and_has_its_records() {
    let subscription = fixture(Kind::Tidy, "");
    for endpoint in rows() {
        for variant in endpoint.variants {
            let (status, body) = call(&subscription, endpoint, variant);
            assert_eq!(status, 200, "{} {}: {body}", endpoint.id, variant.version);
            if endpoint.family != Family::FoCsv {
                let names = endpoint.record.split('|').map(|name| name.trim_end_matches('*'));
                let shown = names.map(|name| format!("<{name}")).any(|name| body.contains(&name));
                assert!(shown, "{} {}: {body}", endpoint.id, variant.version);
            }
        }
    }
}

#[test]
fn each_call_is_denied_and_unsubscribed_by_itself() {
    for endpoint in rows() {
        let variant = &endpoint.variants[0];
        for (fault, status) in [("denied", 403), ("unsubscribed", 403)] {
            let faulty = fixture(Kind::Tidy, &format!("{fault}:{}", endpoint.id));
            let (got, body) = call(&faulty, endpoint, variant);
            let in_band = endpoint.id == "vm/users" && fault == "unsubscribed";
            assert_eq!(got, if in_band { 200 } else { status }, "{fault} {}", endpoint.id);
            assert_eq!(body.contains("2012"), fault == "unsubscribed", "{}: {body}", endpoint.id);
            for other in rows().filter(|other| other.id != endpoint.id) {
                let (got, _) = call(&faulty, other, &other.variants[0]);
                assert_eq!(got, 200, "{} with {fault}:{}", other.id, endpoint.id);
            }
        }
    }
}

#[test]
fn old_platforms_answer_the_oldest_versions_alone() {
    for (kind, newest) in [(Kind::OldVersions, 3), (Kind::OnlyTwo, 2)] {
        let subscription = fixture(kind, "");
        for endpoint in rows().filter(|endpoint| endpoint.variants.len() > 1) {
            for variant in endpoint.variants {
                let major: u8 = variant.version.split('.').next().unwrap().parse().unwrap();
                let (status, body) = call(&subscription, endpoint, variant);
                let id = endpoint.id;
                assert_eq!(status == 200, major <= newest, "{kind:?} {id} {major}: {body}");
            }
        }
    }
}

#[test]
fn parameters_are_checked() {
    let subscription = fixture(Kind::Tidy, "");
    for (target, status, code) in [
        ("2.0/fo/appliance/?action=list&output_mode=full&colour=red", 400, "1901"),
        ("2.0/fo/appliance/?action=list&output_mode=half", 400, "1905"),
        ("2.0/fo/appliance/?action=list&type=virtual", 400, "1907"),
        ("2.0/fo/compliance/posture/info/?action=list", 400, "1903"),
        ("2.0/fo/compliance/posture/info/?action=list&policy_id=1&policy_ids=2", 400, "1904"),
        (
            "2.0/fo/compliance/posture/info/?action=list&policy_ids=1,2&truncation_limit=5",
            400,
            "1907",
        ),
        (
            "2.0/fo/compliance/posture/info/?action=list&policy_ids=1,2,3,4,5,6,7,8,9,10,11",
            400,
            "1905",
        ),
        ("4.0/fo/compliance/policy/?action=export", 400, "1903"),
        ("4.0/fo/compliance/policy/?action=export&id=999999", 400, "1905"),
        ("4.0/fo/compliance/policy/?action=export&id=40&truncation_limit=5", 400, "1901"),
        ("4.0/fo/compliance/policy/?action=import", 400, "1905"),
        ("4.0/fo/compliance/policy/?action=list&show_user_controls=1", 400, "1901"),
        ("2.0/fo/auth/?action=list&details=All", 400, "1901"),
        ("2.0/fo/auth/unix/?action=create", 400, "1905"),
        ("2.0/fo/setup/restricted_ips/?action=activate", 400, "1905"),
        ("2.0/fo/asset/excluded_ip/history/?action=list&truncation_limit=5", 400, "1901"),
        ("2.0/fo/report/?action=launch", 400, "1905"),
        ("3.0/fo/subscription/option_profile/vm/?action=list", 404, "SIMPLE_RETURN"),
        ("2.0/fo/auth/toaster/?action=list", 404, "<html>"),
        ("2.0/fo/auth/unix/extra/?action=list", 404, "<html>"),
    ] {
        let (got, body) = get(&subscription, &format!("/api/{target}"));
        assert_eq!(got, status, "{target}: {body}");
        assert!(body.contains(code), "{target}: {body}");
    }
}

#[test]
fn secrets_are_where_the_rules_of_the_catalogue_look() {
    let subscription = fixture(Kind::Tidy, "");
    for (target, elements) in [
        (
            "7.0/fo/subscription/option_profile/vm/?action=list",
            &["LOGIN_PASSWORD", "VALUE", "DEFINITION_VALUE"][..],
        ),
        ("2.0/fo/appliance/?action=list&output_mode=full", &["ACTIVATION_CODE", "USER"]),
        ("2.0/fo/auth/unix/?action=list&details=All", &["PRIVATE_KEY", "PASSPHRASE"]),
        ("2.0/fo/auth/windows/?action=list", &["PASSWORD"]),
        ("2.0/fo/auth/snmp/?action=list", &["COMMUNITY_STRING"]),
    ] {
        let (_, body) = get(&subscription, &format!("/api/{target}"));
        for element in elements {
            assert!(body.contains(&format!("<{element}>")), "{target} {element}: {body}");
        }
    }
    let (_, brief) = get(&subscription, "/api/2.0/fo/appliance/?action=list");
    assert!(!brief.contains("ACTIVATION_CODE") && !brief.contains("LICENSE_INFO"));
}

#[test]
fn records_of_logins_come_a_thousand_at_a_time() {
    let subscription = fixture(Kind::Tidy, "");
    let (_, body) = get(&subscription, "/api/2.0/fo/auth/?action=list");
    assert!(body.contains("<AUTH_UNIX_IDS>") && body.contains("<AUTH_SNMP_IDS>"), "{body}");
    assert!(body.contains("<CODE>1980</CODE>"), "{body}");
    let query = next(&body).unwrap();
    assert!(query.contains("id_min=1001"), "{query}");
    let (_, rest) = get(&subscription, &format!("/api/2.0/fo/auth/?{query}"));
    assert!(rest.contains("<ID>1001</ID>") && rest.contains("<AUTH_WINDOWS_IDS>"), "{rest}");
    assert!(next(&rest).is_none());
    let (_, newer) = get(&subscription, "/api/3.0/fo/auth/?action=list");
    assert!(newer.contains("<AUTH_UNIX_RECORDS>") && newer.contains("<AUTH_RECORDS>"), "{newer}");
    let (_, active) = get(&subscription, "/api/2.0/fo/auth/network_ssh/?action=list&status=1");
    assert!(!active.contains("<AUTH_NETWORK_SSH_LIST>"), "an empty list is left out");
}

#[test]
fn the_history_of_exclusions_is_read_backwards() {
    let subscription = fixture(Kind::Tidy, "");
    let path = "/api/2.0/fo/asset/excluded_ip/history/";
    let (_, body) = get(&subscription, &format!("{path}?action=list"));
    let seen = ids(&body, "HISTORY", "ID");
    assert_eq!((seen.first(), seen.last(), seen.len()), (Some(&6_001), Some(&5_002), 1_000));
    let query = next(&body).unwrap();
    assert!(query.contains("id_max=5001"), "{query}");
    let (_, rest) = get(&subscription, &format!("{path}?{query}"));
    assert_eq!(ids(&rest, "HISTORY", "ID"), [5_001]);
    assert!(next(&rest).is_none());
}

#[test]
fn broken_cursors_of_descending_lists_never_end() {
    let path = "/api/2.0/fo/asset/excluded_ip/history/";
    for (fault, same, records) in [
        ("endless-cursor", false, true),
        ("repeated-cursor", true, true),
        ("empty-cursor", false, false),
    ] {
        let subscription = fixture(Kind::Tidy, fault);
        let mut query = "action=list".to_owned();
        let pages: Vec<(usize, String)> = (0..3)
            .map(|_| {
                let (_, body) = get(&subscription, &format!("{path}?{query}"));
                query = next(&body).unwrap();
                (ids(&body, "HISTORY", "ID").len(), query.clone())
            })
            .collect();
        assert_eq!(pages[1].1 == pages[2].1, same, "{fault}");
        assert_eq!(pages[1].0 > 0, records, "{fault}");
    }
}

#[test]
fn postures_come_by_policy_and_in_pages() {
    let subscription = fixture(Kind::Tidy, "");
    let path = "/api/2.0/fo/compliance/posture/info/";
    let walk = |limit: usize| {
        let mut seen = Vec::new();
        let mut query = Some(format!("action=list&policy_id=40&truncation_limit={limit}"));
        while let Some(asked) = query {
            let (status, body) = get(&subscription, &format!("{path}?{asked}"));
            assert_eq!(status, 200, "{body}");
            seen.extend(ids(&body, "INFO", "ID"));
            query = next(&body);
            assert_eq!(query.is_some(), body.contains("<WARNING_LIST>"));
        }
        seen
    };
    let all = walk(0);
    assert!(all.len() >= 2 && all.is_sorted(), "{all:?}");
    for limit in [1, all.len() - 1, all.len(), all.len() + 1] {
        assert_eq!(walk(limit), all, "by {limit}");
    }
    let (_, other) = get(&subscription, &format!("{path}?action=list&policy_id=41"));
    assert!(!other.contains("<INFO>"), "{other}");
}

#[test]
fn a_policy_export_holds_what_users_defined_only_when_asked() {
    let subscription = fixture(Kind::Tidy, "");
    let path = "/api/4.0/fo/compliance/policy/?action=export&id=40";
    let (_, bare) = get(&subscription, path);
    assert!(bare.contains("<CONTROL>") && !bare.contains("USE_SCAN_VALUE"), "{bare}");
    let (_, full) = get(&subscription, &format!("{path}&show_user_controls=1"));
    assert!(full.contains("<USE_SCAN_VALUE>0</USE_SCAN_VALUE>"), "{full}");
    // What the policy expects and what the control began with are two values.
    let (_, defined) = full.split_once("<USER_DEFINED_CONTROL>").unwrap();
    assert!(defined.contains("<V><![CDATA[^[0-9a-f]+$]]></V>"), "{defined}");
    assert!(defined.contains("<DEFAULT_VALUE><![CDATA[USE_SCAN_VALUE]]>"), "{defined}");
    let (_, library) = get(&subscription, "/api/2.0/fo/compliance/control/?action=list&ids=1001");
    assert!(!library.contains("<USE_SCAN_VALUE>"), "only file integrity checks have it");
    assert!(library.contains("<DEFAULT_VALUE><![CDATA[USE_SCAN_VALUE]]>"), "{library}");
}

#[test]
fn policies_name_ranges_of_groups_and_hide_them_from_readers() {
    let path = "/api/4.0/fo/compliance/policy/?action=list&details=All";
    let (_, body) = get(&fixture(Kind::Tidy, ""), path);
    let (_, groups) = body.split_once("<ASSET_GROUP_IDS>").unwrap();
    assert!(groups.split('<').next().unwrap().contains('-'), "{body}");
    assert!(body.contains("<STATUS>active</STATUS>") && body.contains("<GLOSSARY>"));
    let (_, old) = get(&fixture(Kind::OnlyTwo, ""), &path.replace("4.0", "2.0"));
    let (_, controls) = old.split_once("<CONTROL_LIST>").unwrap();
    assert!(!controls.split("</CONTROL_LIST>").next().unwrap().contains("<STATUS>"), "3.0 has it");
    let (_, hidden) = get(&fixture(Kind::Reader, ""), path);
    assert!(hidden.contains("<ASSET_GROUP_IDS has_hidden_data=\"1\"></ASSET_GROUP_IDS>"));
}

#[test]
fn readers_see_less() {
    let subscription = fixture(Kind::Reader, "");
    for (target, status) in [
        ("/api/2.0/fo/setup/restricted_ips/?action=list", 403),
        ("/api/2.0/fo/auth/?action=list", 403),
        ("/api/2.0/fo/auth/unix/?action=list", 403),
    ] {
        assert_eq!(get(&subscription, target).0, status, "{target}");
    }
    let (_, reports) = get(&subscription, "/api/3.0/fo/report/?action=list");
    assert_eq!(ids(&reports, "REPORT", "ID"), [5], "the own one");
    let (_, templates) = get(&subscription, "/msp/report_template_list.php");
    assert_eq!(ids(&templates, "REPORT_TEMPLATE", "ID"), [1]);
    let (_, profiles) =
        get(&subscription, "/api/7.0/fo/subscription/option_profile/vm/?action=list");
    assert_eq!(ids(&profiles, "BASIC_INFO", "ID"), [61_000]);
}

#[test]
fn names_have_the_spellings_that_readers_must_take() {
    let (new, old) = (fixture(Kind::Tidy, ""), fixture(Kind::OnlyTwo, ""));
    for (target, newer, older) in [
        (
            "/api/2.0/fo/network/?action=list",
            "<NETWORK_LIST>\n  <RESPONSE>",
            "<NETWORK_LIST_OUTPUT>",
        ),
        ("/api/2.0/fo/asset/vhost/?action=list", "<VIRTUAL_HOST>", "<VHOST>"),
    ] {
        assert!(get(&new, target).1.contains(newer), "{target}");
        assert!(get(&old, target).1.contains(older), "{target}");
    }
    let (_, networks) = get(&new, "/api/2.0/fo/network/?action=list");
    assert_eq!(ids(&networks, "NETWORK", "ID"), [0, 7]);
    let (_, none) = get(&fixture(Kind::NoNetworks, ""), "/api/2.0/fo/network/?action=list");
    assert_eq!(ids(&none, "NETWORK", "ID"), [0], "without network support");
}

#[test]
fn logins_are_information_that_must_be_asked_for() {
    let subscription = subscription(Kind::Tidy, "");
    let path = "/api/5.0/fo/asset/host/vm/detection/?action=list&truncation_limit=0";
    let qids = "38307,70028,105015,105053";
    let (_, asked) = get(&subscription, &format!("{path}&show_igs=1&qids={qids}"));
    assert!(asked.contains("<TYPE>Info</TYPE>") && asked.contains("<RESULTS>"), "{asked}");
    let (_, first) = asked.split_once("<DETECTION>").unwrap();
    let first = first.split("</DETECTION>").next().unwrap();
    assert!(!first.contains("<STATUS>") && first.contains("<LAST_FOUND_DATETIME>"), "{first}");
    let (_, silent) = get(&subscription, &format!("{path}&qids={qids}"));
    assert!(!silent.contains("<HOST>"), "without show_igs there are none");
}

#[test]
fn every_record_of_every_tenant_has_a_technology_of_the_guide() {
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Huge) {
        for record in &tenant(kind).programme.auth_records {
            let known = TECHNOLOGIES.iter().any(|technology| technology.slug == record.kind);
            assert!(known, "{kind:?}: {}", record.kind);
        }
    }
}

#[test]
fn every_tenant_answers_every_call_the_same_each_time() {
    let denied = ["vm/restricted-ips", "vm/auth-records", "vm/auth-record-details"];
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Huge) {
        let (one, two) = (subscription(kind, ""), subscription(kind, ""));
        for endpoint in rows() {
            let answers = |from: &Subscription| -> Vec<(u16, String)> {
                endpoint.variants.iter().map(|variant| call(from, endpoint, variant)).collect()
            };
            let (first, again) = (answers(&one), answers(&two));
            assert!(first == again, "{kind:?} {}", endpoint.id);
            let expected = match (kind, endpoint.id) {
                (Kind::Reader, id) if denied.contains(&id) => 403,
                // They have no policy whose id the export could name.
                (Kind::Bare | Kind::Fresh, "pc/policy-exports") => 400,
                _ => 200,
            };
            let last = first.last().map(|(status, _)| *status);
            assert_eq!(last, Some(expected), "{kind:?} {}", endpoint.id);
        }
    }
}
