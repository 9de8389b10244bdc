//! Secrets planted in every place that a rule of the catalogue names: none comes through, and
//! nothing else changes.

use super::*;
use qualys_sec_inspector::catalogue::Family;
use qualys_sec_inspector::qualys::redact;
use std::collections::BTreeSet;

const PLANTED: &[(&str, &[u8])] = &[
    ("am/host-assets", fixture!("host_asset_agent.xml")),
    ("vm/option-profiles", fixture!("option_profiles.xml")),
    ("pc/option-profiles", fixture!("option_profiles.xml")),
    ("vm/appliances", fixture!("appliances.xml")),
    ("vm/auth-record-details", fixture!("auth_unix.xml")),
    ("am/aws-connectors", fixture!("qps_connectors.json")),
    ("am/azure-connectors", fixture!("qps_connectors.json")),
    ("am/gcp-connectors", fixture!("qps_connectors.json")),
    ("cloud/aws-connectors", fixture!("cloud_connectors.json")),
    ("cloud/azure-connectors", fixture!("cloud_connectors.json")),
    ("cloud/gcp-connectors", fixture!("cloud_connectors.json")),
    ("gav/assets", fixture!("gav_activations.json")),
    ("was/web-apps", fixture!("web_app.xml")),
    ("was/web-app-details", fixture!("web_app.xml")),
    ("was/auth-records", fixture!("web_app_auth.xml")),
];

/// Rows whose rules are tried elsewhere in this program.
const ELSEWHERE: [&str; 2] = ["vm/hosts", "vm/users"];

/// With every `planted-N` replaced, and how many there were.
fn without_planted(body: &[u8]) -> (String, u64) {
    let text = std::str::from_utf8(body).unwrap();
    let mut pieces = text.split("planted-");
    let (mut out, mut count) = (pieces.next().unwrap().to_owned(), 0);
    for piece in pieces {
        out.push_str("[redacted]");
        out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
        count += 1;
    }
    (out, count)
}

#[test]
fn no_planted_secret_comes_through_and_nothing_else_changes() {
    for &(id, body) in PLANTED {
        let endpoint = endpoint(id);
        let redacted = redact::apply(body.to_vec(), endpoint.family, endpoint.redact, &[]);
        let (expected, count) = without_planted(body);
        assert_eq!(String::from_utf8(redacted.bytes).unwrap(), expected, "{id}");
        assert_eq!(redacted.log.iter().map(|removal| removal.count).sum::<u64>(), count, "{id}");
    }
}

#[test]
fn every_rule_of_the_catalogue_is_tried() {
    let tried: BTreeSet<&str> = PLANTED.iter().map(|&(id, _)| id).chain(ELSEWHERE).collect();
    let mut took: BTreeSet<String> = BTreeSet::new();
    for &(id, body) in PLANTED {
        let endpoint = endpoint(id);
        let redacted = redact::apply(body.to_vec(), endpoint.family, endpoint.redact, &[]);
        took.extend(redacted.log.into_iter().map(|removal| removal.rule));
    }
    for endpoint in catalogue::ENDPOINTS.iter().filter(|endpoint| !endpoint.redact.is_empty()) {
        assert!(tried.contains(endpoint.id), "{}", endpoint.id);
        if !ELSEWHERE.contains(&endpoint.id) {
            for rule in endpoint.redact {
                assert!(took.contains(rule.rule), "{} {}", endpoint.id, rule.rule);
            }
        }
    }
}

#[test]
fn a_redacted_answer_can_still_be_read() {
    for &(id, body) in PLANTED {
        let endpoint = endpoint(id);
        let body =
            std::str::from_utf8(body).unwrap().replace("AwsAssetDataConnector", endpoint.record);
        let before = facts(body.as_bytes(), endpoint);
        let redacted = redact::apply(body.into(), endpoint.family, endpoint.redact, &[]);
        let after = facts(&redacted.bytes, endpoint);
        assert_eq!(
            (after.records, after.last_record),
            (before.records, before.last_record),
            "{id}"
        );
    }
}

fn json_without(body: &str, path: &'static str) -> String {
    let rules = [catalogue::Redaction { rule: "secret", path }];
    let redacted = redact::apply(body.into(), Family::GatewayJson, &rules, &[]);
    String::from_utf8(redacted.bytes).unwrap()
}

#[test]
fn every_scalar_below_a_covered_member_goes_and_json_stays_json() {
    for (body, path, expected) in [
        (r#"{"a":"x","b":"y"}"#, "a", r#"{"a":"[redacted]","b":"y"}"#),
        (r#"{"a": 12.5 ,"b":1}"#, "a", r#"{"a": "[redacted]" ,"b":1}"#),
        (r#"{"a":true,"b":true}"#, "a", r#"{"a":"[redacted]","b":true}"#),
        (r#"{"a":null,"b":""}"#, "*", r#"{"a":null,"b":""}"#),
        (r#"{"a":{"b":["x",{"c":"y"}]}}"#, "a", r#"{"a":{"b":["[redacted]",{"c":"[redacted]"}]}}"#),
        (r#"{"a":["x","y"],"b":"z"}"#, "a/*", r#"{"a":["[redacted]","[redacted]"],"b":"z"}"#),
        (r#"{"a":{"b":"x"},"b":"y"}"#, "a/b", r#"{"a":{"b":"[redacted]"},"b":"y"}"#),
        (r#"{"a":[[{"b":"x"}]]}"#, "a/b", r#"{"a":[[{"b":"[redacted]"}]]}"#),
        (r#"{"a":{"x":{"b":"k"}}}"#, "a/b", r#"{"a":{"x":{"b":"k"}}}"#),
        (r#"{"a":{"x":{"b":"k"}}}"#, "a/*/b", r#"{"a":{"x":{"b":"[redacted]"}}}"#),
        (
            r#"{"myPassword2":"x","pass":"y"}"#,
            "*PASSWORD*",
            r#"{"myPassword2":"[redacted]","pass":"y"}"#,
        ),
        (r#"{"p\u0061ss":"a\"b\\"}"#, "pass", r#"{"p\u0061ss":"[redacted]"}"#),
        (r#"{"a":"1","a":"2"}"#, "a", r#"{"a":"[redacted]","a":"[redacted]"}"#),
        (r#"[{"a":"1"},{"a":"2"}]"#, "a", r#"[{"a":"[redacted]"},{"a":"[redacted]"}]"#),
    ] {
        assert_eq!(json_without(body, path), expected, "{body} {path}");
        assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
    }
}

#[test]
fn nothing_unparsed_of_json_is_kept_where_there_are_secrets_to_take() {
    for (body, expected) in [
        (r#"{"x":1,"a":"hun"#, r#"{"x":1,"a":[redacted]"#),
        (r#"{"x":1,}{"a":"hunter2"}"#, r#"{"x":1,[redacted]"#),
        ("a=hunter2", "[redacted]"),
        (r#"{"x":1"#, r#"{"x":1"#),
    ] {
        assert_eq!(json_without(body, "a"), expected);
    }
    let error = b"<SIMPLE_RETURN><RESPONSE><a>hunter2</a></RESPONSE></SIMPLE_RETURN>";
    let rules = [catalogue::Redaction { rule: "secret", path: "a" }];
    let redacted = redact::apply(error.to_vec(), Family::QpsJson, &rules, &[]);
    assert!(!String::from_utf8(redacted.bytes).unwrap().contains("hunter2"));
}

#[test]
fn a_live_credential_goes_in_the_forms_of_json() {
    let body = br#"{"error":"bad login \"s3cret\\\"long\" of s3cret\u005c\"long"}"#;
    let secret = "s3cret\\\"long";
    let redacted = redact::apply(body.to_vec(), Family::CloudViewJson, &[], &[secret]);
    let text = String::from_utf8(redacted.bytes).unwrap();
    assert!(text.starts_with(r#"{"error":"bad login \"[redacted]\" of"#), "{text}");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
}
