//! Arbitrary and mutated bytes.

use super::*;
use proptest::prelude::*;
use qualys_sec_inspector::qualys::fault::Answer;
use qualys_sec_inspector::qualys::paging::{self, Cursors, Next};
use qualys_sec_inspector::qualys::{csv, records, redact};

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

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![mutated(), any::<Vec<u8>>()]
}

/// Everything that reads a body, and what must hold for any.
fn read_all(body: &[u8]) {
    for endpoint in catalogue::ENDPOINTS {
        let mut last = 0;
        let read = xml::read::<Infallible>(body, endpoint.record, |record| {
            assert!(record.offset >= last && record.length > 0);
            last = record.offset + record.length;
            assert!(last <= body.len() as u64);
            Ok(())
        });
        let (rule, ends) = records::segments(body, endpoint.family, endpoint.record);
        assert!(ends.is_sorted_by(|a, b| a < b));
        assert_eq!(ends.last().copied().unwrap_or(0), body.len() as u64);
        assert!(read.is_ok() || rule != format!("xml:{}", endpoint.record));
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
        for id in ["vm/hosts", "vm/users"] {
            let endpoint = endpoint(id);
            let redacted = redact::apply(body.clone(), endpoint.family, endpoint.redact, &[]);
            let (mut pieces, mark) = (Vec::new(), b"[redacted]");
            let mut rest = &redacted.bytes[..];
            while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
                pieces.push(&rest[..at]);
                rest = &rest[at + mark.len()..];
            }
            prop_assert!(body.ends_with(rest));
            let mut left = &body[..body.len() - rest.len()];
            for (index, piece) in pieces.into_iter().enumerate() {
                let at = left.windows(piece.len().max(1)).position(|window| window == piece);
                let at = if piece.is_empty() { Some(0) } else { at };
                prop_assert!(at.is_some() && (index > 0 || at == Some(0)));
                left = &left[at.unwrap() + piece.len()..];
            }
        }
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
