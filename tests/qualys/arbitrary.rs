//! Arbitrary and mutated bytes.

use super::*;
use proptest::prelude::*;
use qualys_sec_inspector::catalogue::{Family, Redaction};
use qualys_sec_inspector::qualys::fault::Answer;
use qualys_sec_inspector::qualys::paging::{self, Cursors, Next};
use qualys_sec_inspector::qualys::record::Record;
use qualys_sec_inspector::qualys::{csv, ids, json, records, redact};
use serde_json::Value;

/// A fixture with a few bytes changed, cut or doubled.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (prop::sample::select(ALL.to_vec()), changes, any::<prop::sample::Index>(), 0..3_u8).prop_map(
        |(fixture, changes, at, kind)| {
            let mut body = fixture.to_vec();
            for (index, byte) in changes {
                let index = index.index(body.len());
                body[index] = byte;
            }
            let at = at.index(body.len());
            match kind {
                0 => body.truncate(at),
                1 => body.extend_from_within(at..),
                _ => {}
            }
            body
        },
    )
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]{1,2}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// The value without what stands below `a`, and below the members and elements of `b`; `covered`
/// says whether it stands there itself.
fn expected(value: &Value, covered: bool) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| {
                let inside = match value {
                    _ if covered || key == "a" => expected(value, true),
                    Value::Object(below) if key == "b" => {
                        let all =
                            below.iter().map(|(key, value)| (key.clone(), expected(value, true)));
                        Value::Object(all.collect())
                    }
                    Value::Array(_) => expected(value, key == "b"),
                    _ => expected(value, false),
                };
                (key.clone(), inside)
            });
            Value::Object(members.collect())
        }
        Value::Array(elements) => {
            elements.iter().map(|value| expected(value, covered)).collect::<Vec<_>>().into()
        }
        Value::String(text) if covered && !text.is_empty() => MARK.into(),
        Value::Number(_) | Value::Bool(_) if covered => MARK.into(),
        _ => value.clone(),
    }
}

const MARK: &str = "[redacted]";

fn marks(value: &Value) -> u64 {
    match value {
        Value::Object(members) => members.values().map(marks).sum(),
        Value::Array(elements) => elements.iter().map(marks).sum(),
        _ => u64::from(value == MARK),
    }
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![mutated(), any::<Vec<u8>>()]
}

/// Everything that reads a body, and what must hold for any.
fn read_all(body: &[u8]) {
    for endpoint in catalogue::ENDPOINTS {
        let Endpoint { family, record, .. } = *endpoint;
        let mut last = 0;
        let mut place = |record: &Record<'_>| {
            assert!(record.offset >= last && record.length > 0);
            last = record.offset + record.length;
            assert!(last <= body.len() as u64);
            assert!(record.fields().iter().skip(1).all(|field| {
                let end = field.end as u64;
                field.depth > 0 && field.offset as u64 > record.offset && end < last
            }));
            Ok(())
        };
        let read = records::read::<Infallible>(body, family, record, &mut place);
        let _one = xml::read::<Infallible>(body, record, |_| Ok(()));
        let _other = json::read::<Infallible>(body, family, record, |_| Ok(()));
        let (rule, ends) = records::segments(body, family, record);
        assert!(ends.is_sorted_by(|a, b| a < b));
        assert_eq!(ends.last().copied().unwrap_or(0), body.len() as u64);
        assert!(read.is_ok() || rule == "whole" || rule == "csv:record");
        for source in endpoint.fan_out.map_or(&[][..], |fan_out| fan_out.sources) {
            let _ids = ids::ids(body, endpoint, source.path);
        }
        let (answer, facts) = classify(200, &[], body, endpoint);
        assert_eq!(answer == Answer::Whole, facts.is_some());
        if let Some(facts) = facts {
            paging::next(endpoint, &[], &mut Cursors::default(), &facts);
        }
        redact::apply(body.to_vec(), endpoint.family, endpoint.redact, &["12345678"]);
    }
    let _end = csv::read::<Infallible>(body, |row| {
        assert!(row.offset + row.length <= body.len() as u64);
        Ok(())
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_body_is_read_without_panic(body in any_body()) {
        read_all(&body);
    }

    #[test]
    fn redaction_leaves_every_other_byte(body in mutated()) {
        for endpoint in catalogue::ENDPOINTS.iter().filter(|endpoint| !endpoint.redact.is_empty()) {
            let redacted = redact::apply(body.clone(), endpoint.family, endpoint.redact, &[]);
            let (mut pieces, mark) = (Vec::new(), b"[redacted]");
            let mut rest = &redacted.bytes[..];
            while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
                pieces.push(&rest[..at]);
                rest = &rest[at + mark.len()..];
            }
            // Quotes around the mark of a number are new, so they may be missing in the body.
            let last = if body.ends_with(rest) { rest } else { rest.strip_prefix(b"\"").unwrap() };
            prop_assert!(body.ends_with(last));
            let mut left = &body[..body.len() - last.len()];
            for (index, piece) in pieces.into_iter().enumerate() {
                let place = |piece: &[u8]| {
                    let at = left.windows(piece.len().max(1)).position(|window| window == piece);
                    let at = if piece.is_empty() { Some(0) } else { at };
                    at.filter(|&at| index > 0 || at == 0).map(|at| at + piece.len())
                };
                let front = piece.strip_prefix(b"\"").unwrap_or(piece);
                let back = piece.strip_suffix(b"\"").unwrap_or(piece);
                let both = front.strip_suffix(b"\"").unwrap_or(front);
                let end = [piece, front, back, both].into_iter().find_map(place);
                prop_assert!(end.is_some());
                left = &left[end.unwrap()..];
            }
        }
    }

    #[test]
    fn a_redacted_text_of_json_is_json(value in json_value()) {
        let body = value.to_string();
        let rules = [Redaction { rule: "secret", path: "a" }, Redaction { rule: "secret", path: "b/*" }];
        let redacted = redact::apply(body.into(), Family::GatewayJson, &rules, &[]);
        let after: Value = serde_json::from_slice(&redacted.bytes).unwrap();
        prop_assert_eq!(after, expected(&value, false));
        let removed: u64 = redacted.log.iter().map(|removal| removal.count).sum();
        prop_assert_eq!(removed, marks(&expected(&value, false)) - marks(&value));
    }

    #[test]
    fn records_of_json_are_the_elements_of_the_list(list in prop::collection::vec(json_value(), 0..6)) {
        let body = serde_json::json!({"x": 1, "content": list, "last": true}).to_string();
        let mut found: Vec<Value> = Vec::new();
        let read = json::read::<Infallible>(body.as_bytes(), Family::CloudViewJson, "content", |record| {
            let start = usize::try_from(record.offset).unwrap();
            let end = start + usize::try_from(record.length).unwrap();
            found.push(serde_json::from_str(&body[start..end]).unwrap());
            Ok(())
        });
        let elements: Vec<Value> = list.into_iter().filter(|value| !value.is_null()).collect();
        prop_assert_eq!(read.unwrap().records, elements.len() as u64);
        prop_assert_eq!(found, elements);
    }

    #[test]
    fn paging_ends_on_every_cycle_of_cursors(cycle in prop::collection::vec("[a-z]{1,3}", 1..20)) {
        let hosts = endpoint("vm/hosts");
        let mut sent = pairs(&[("action", "list")]);
        let mut seen = Cursors::default();
        let mut pages = 0;
        for cursor in cycle.iter().cycle() {
            let url = format!("https://x.example.test/?action=list&cursor={cursor}");
            match paging::next(hosts, &sent, &mut seen, &note(Some("1980"), Some(&url))) {
                Next::Query(query) => sent = query,
                next => {
                    prop_assert_eq!(next, Next::Truncated("repeated_cursor".to_owned()));
                    break;
                }
            }
            pages += 1;
            prop_assert!(pages <= 4 * cycle.len() + 4);
        }
    }
}
