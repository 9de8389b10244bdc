//! Where bodies are cut, and the ids that they give to fan-outs.

use super::*;
use qualys_sec_inspector::catalogue::Family;
use qualys_sec_inspector::qualys::{ids, records};

#[test]
fn segments_cut_at_records() {
    for (body, family, record, first, records) in [
        (HOSTS, Family::FoXml, "HOST", &b"<HOST>"[..], 2),
        (TAGS, Family::QpsXml, "Tag", b"<Tag>", 2),
        (BLOCKS, Family::FoCsv, "csv", b"\"2026", 2),
    ] {
        let (rule, ends) = records::segments(body, family, record);
        let expected = if record == "csv" { "csv:record".into() } else { format!("xml:{record}") };
        assert_eq!(rule, expected);
        assert_eq!(ends.len(), records + 2);
        assert_eq!(ends.last(), Some(&(body.len() as u64)));
        assert!(ends.is_sorted_by(|a, b| a < b));
        for &end in &ends[..records] {
            assert!(body[usize::try_from(end).unwrap()..].starts_with(first));
        }
    }
    let cut = &HOSTS[..1400];
    assert_eq!(records::segments(cut, Family::FoXml, "HOST"), ("whole".to_owned(), vec![1400]));
    assert_eq!(records::segments(b"", Family::FoXml, "HOST"), ("whole".to_owned(), vec![]));
    let none = records::segments(NO_HOSTS, Family::FoXml, "HOST");
    assert_eq!(none, ("whole".to_owned(), vec![NO_HOSTS.len() as u64]));
}

#[test]
fn fan_out_ids_are_sorted_and_unique() {
    let body = b"<R><HOST><DETECTION_LIST><DETECTION><QID>9</QID></DETECTION><DETECTION><QID>7</QID></DETECTION></DETECTION_LIST></HOST><HOST><DETECTION_LIST><DETECTION><QID>9</QID></DETECTION><DETECTION><QID>x</QID></DETECTION></DETECTION_LIST></HOST></R>";
    let found = ids::ids(body, endpoint("vm/detections"), "DETECTION_LIST/DETECTION/QID");
    assert_eq!(found, Ok(vec!["7".to_owned(), "9".to_owned()]));
}
