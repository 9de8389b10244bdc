//! Records of JSON answers.

use super::*;
use qualys_sec_inspector::catalogue::Family;
use qualys_sec_inspector::qualys::{json, records};

/// The texts at `path` of each record, with the bytes of each record.
fn texts_of(
    body: &str,
    family: Family,
    record: &str,
    path: &str,
) -> (Vec<(Vec<String>, String)>, Read) {
    let mut found = Vec::new();
    let read = json::read(body.as_bytes(), family, record, |record| {
        let start = usize::try_from(record.offset).unwrap();
        let end = start + usize::try_from(record.length).unwrap();
        let texts = record.all(path).map(str::to_owned).collect();
        found.push((texts, body[start..end].to_owned()));
        Ok(())
    });
    (found, read)
}

fn one(body: &str, path: &str) -> Vec<String> {
    let whole = format!("{{\"content\":[{body}]}}");
    let (mut found, read) = texts_of(&whole, Family::CloudViewJson, "content", path);
    read.unwrap();
    assert_eq!(found[0].1, body);
    found.remove(0).0
}

#[test]
fn a_record_of_json_is_read_as_one_of_xml() {
    let user = r#"{"id":701,"roleList":{"list":[{"RoleData":{"name":"Manager"}},{"RoleData":{"name":"A \"b\"\u0021"}}]},"cwe":{"count":2,"list":[200,79]},"deep":[[1],[2,[3]]]}"#;
    for (path, expected) in [
        ("id", vec!["701"]),
        ("ID", vec!["701"]),
        ("roleList/list/RoleData/name", vec!["Manager", "A \"b\"!"]),
        ("cwe/list", vec!["200", "79"]),
        ("cwe/count", vec!["2"]),
        ("deep", vec!["1", "2", "3"]),
        ("name", vec![]),
    ] {
        assert_eq!(one(user, path), expected, "{path}");
    }
}

#[test]
fn values_keep_what_they_say() {
    for (value, expected) in [
        ("9007199254740993", Some("9007199254740993")),
        ("12345.0", Some("12345")),
        ("3.7", Some("3.7")),
        ("true", Some("true")),
        ("\"false\"", Some("false")),
        ("\" \\n 2026-01-01T00:00:00Z \"", Some("2026-01-01T00:00:00Z")),
        ("null", None),
        ("\"\"", None),
        ("\"null\"", None),
        ("[]", None),
        ("{}", None),
    ] {
        let found = one(&format!("{{\"a\":{value},\"b\":1}}"), "a");
        assert_eq!(found.first().map(String::as_str), expected, "{value}");
    }
}

#[test]
fn of_equal_keys_the_last_wins() {
    assert_eq!(one(r#"{"a":1,"b":{"x":3},"a":2}"#, "a"), ["2"]);
    assert_eq!(one(r#"{"a":[1,2],"a":[3]}"#, "a"), ["3"]);
    assert_eq!(one(r#"{"a":{"x":1},"a":{"y":2}}"#, "a/x"), [""; 0]);
    assert_eq!(one(r#"{"a":null,"b":1,"a":2}"#, "b"), ["1"]);
    assert_eq!(one(r#"{"l":[{"a":1},{"a":2}]}"#, "l/a"), ["1", "2"]);
}

#[test]
fn qps_wraps_each_record_in_its_kind() {
    let tag = r#"{"Tag":{"id":701,"name":"Prod"}}"#;
    let other = r#"{"Group":{"id":9}}"#;
    let body = format!(
        r#"{{"ServiceResponse":{{"data":[ {tag} ,{other},{{"id":702,"name":"bare"}}],"count":3,"hasMoreRecords":"true","lastId":702.0,"responseCode":"SUCCESS"}}}}"#
    );
    let (found, read) = texts_of(&body, Family::QpsJson, "Tag", "id");
    let envelope = read.unwrap();
    assert_eq!(found[0], (vec!["701".to_owned()], tag.to_owned()));
    assert_eq!(found[1].0, ["702"]);
    assert_eq!((envelope.records, envelope.count), (2, Some(3)));
    assert_eq!(envelope.root, "ServiceResponse");
    assert_eq!(envelope.response_code.as_deref(), Some("SUCCESS"));
    assert_eq!((envelope.has_more, envelope.last_id.as_deref()), (Some(true), Some("702")));
    assert_eq!(envelope.first_record.as_deref(), Some("701"));
    assert_eq!(envelope.last_record.as_deref(), Some("702"));
}

#[test]
fn one_object_where_a_list_should_stand_is_a_list_of_one() {
    let qps = r#"{"ServiceResponse":{"responseCode":"SUCCESS","data":{"Tag":{"id":1}},"count":1}}"#;
    let (found, read) = texts_of(qps, Family::QpsJson, "Tag", "id");
    assert_eq!((found[0].0[0].as_str(), read.unwrap().records), ("1", 1));
    let gateway = r#"{"count":1,"assetListData":{"asset":{"assetId":5}},"hasMore":0}"#;
    let (found, read) = texts_of(gateway, Family::GatewayJson, "assetListData/asset", "assetId");
    let envelope = read.unwrap();
    assert_eq!((found[0].1.as_str(), envelope.records), (r#"{"assetId":5}"#, 1));
    assert_eq!(envelope.has_more, Some(false));
}

#[test]
fn a_list_is_present_even_when_it_is_empty() {
    for (body, present) in [
        (r#"{"content":[]}"#, true),
        (r#"{"content":null}"#, false),
        (r#"{"a":{"content":[{}]}}"#, false),
        (r#"[{"content":[{}]}]"#, false),
        ("{}", false),
    ] {
        let (found, read) = texts_of(body, Family::CloudViewJson, "content", "a");
        assert_eq!((found.len(), read.unwrap().list_present), (0, present), "{body}");
    }
}

#[test]
fn what_is_no_json_is_told_from_what_is_cut() {
    let read = |body: &str| texts_of(body, Family::CloudViewJson, "content", "a");
    assert_eq!(read("").1, Err(ReadError::NotJson));
    assert_eq!(read("<html>").1, Err(ReadError::NotJson));
    assert_eq!(read("\"text\"").1, Err(ReadError::NotJson));
    let (found, fault) = read(r#"{"content":[{"a":1},{"a":"#);
    assert_eq!((found.len(), fault), (1, Err(ReadError::CutShort)));
    assert_eq!(read(r#"{"content":[{"a":1}}"#).1, Err(ReadError::Malformed { offset: 19 }));
}

#[test]
fn a_body_is_cut_into_segments_at_the_elements_of_its_list() {
    let body = r#"{"ServiceResponse":{"data":[{"Tag":{"id":1}},{"Tag":{"id":2}}],"count":2}}"#;
    let (rule, ends) = records::segments(body.as_bytes(), Family::QpsJson, "Tag");
    let at = |text: &str| body.find(text).unwrap() as u64;
    let last = at("],\"count");
    let expected = [at("{\"Tag\":{\"id\":1"), at("{\"Tag\":{\"id\":2"), last, body.len() as u64];
    assert_eq!((rule.as_str(), &ends[..]), ("json:data", &expected[..]));
    let gateway = br#"{"assetListData":{"asset":[{"assetId":5}]}}"#;
    let (rule, _) = records::segments(gateway, Family::GatewayJson, "assetListData/asset");
    assert_eq!(rule, "json:asset");
    let empty = records::segments(b"{\"content\":[]}", Family::CloudViewJson, "content");
    assert_eq!(empty, ("whole".to_owned(), vec![14]));
}
