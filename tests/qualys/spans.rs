//! Elements, texts and byte spans of XML answers and CSV rows.

use super::*;
use qualys_sec_inspector::qualys::csv::{self, CsvError};
use qualys_sec_inspector::qualys::time;

#[test]
fn a_host_page_is_read_with_all_its_quirks() {
    let mut seen = 0;
    let envelope = xml::read::<Infallible>(HOSTS, "HOST", |host| {
        let start = usize::try_from(host.offset).unwrap();
        let raw = &HOSTS[start..start + usize::try_from(host.length).unwrap()];
        assert!(raw.starts_with(b"<HOST>") && raw.ends_with(b"</HOST>"));
        if host.ordinal == 0 {
            assert_eq!(host.text("ID"), Some("5101"));
            assert_eq!(host.text("dns"), Some("web1.example.test"));
            assert_eq!(host.text("OS"), Some("Linux &quot;A&quot; <beta>"));
            assert_eq!(host.text("OWNER"), Some("R&amp;D <east> A&#0;&nbsp;"));
            assert_eq!(host.text("NETBIOS"), None);
            assert_eq!(host.raw("NETBIOS"), Some(""));
            assert_eq!(host.text("SERIAL_NUMBER"), None);
            assert_eq!(host.text("LAST_BOOT"), None);
            assert_eq!(host.raw("LAST_BOOT"), Some("N/A"));
            assert_eq!(host.all("TAGS/TAG/NAME").collect::<Vec<_>>(), ["one", "two"]);
            let tag = host.each("TAGS/TAG").nth(1).unwrap();
            assert_eq!(tag.text("TAG_ID"), Some("72"));
            let raw = &HOSTS[tag.offset()..tag.offset() + tag.length()];
            assert_eq!(raw, b"<TAG><TAG_ID>72</TAG_ID><NAME>two</NAME></TAG>");
        } else {
            let meta = host.find("META").unwrap();
            assert_eq!(meta.attribute("note").as_deref(), Some("a > b & c"));
        }
        seen += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!((seen, envelope.records), (2, 2));
    assert_eq!(envelope.root, "HOST_LIST_OUTPUT");
    assert_eq!(envelope.datetime, time::parse("2026-03-28T02:10:00Z"));
    assert_eq!(envelope.last_record.as_deref(), Some("5102"));
    let warning = &envelope.warnings[0];
    assert_eq!(warning.code.as_deref(), Some("1980"));
    assert!(warning.url.as_ref().unwrap().ends_with("&id_min=5103"));
}

#[test]
fn names_are_matched_in_any_letter_case() {
    assert_eq!(texts(LOWER_CASE, "HOST", "IP").0, [Some("192.0.2.10".to_owned())]);
}

#[test]
fn a_record_inside_a_record_is_a_field() {
    let body = b"<R><L><A><ID>1</ID><A><ID>2</ID></A></A><A/></L></R>";
    assert_eq!(texts(body, "A", "ID").0, [Some("1".to_owned()), None]);
}

#[test]
fn text_is_joined_and_entities_are_resolved_once() {
    for (inside, expected) in [
        ("a<![CDATA[ & ]]>b", "a & b"),
        ("&amp;lt;", "&lt;"),
        ("<![CDATA[&lt;]]>", "&lt;"),
        ("x &lt; &gt; y", "x < > y"),
        ("a & b", "a & b"),
        ("&#65;&#x42;", "AB"),
        ("&#xFFFFFFFF;&bad;", "&#xFFFFFFFF;&bad;"),
        ("one<!-- no -->two", "onetwo"),
    ] {
        let body = format!("<R><A><T> {inside}\n</T></A></R>");
        assert_eq!(first_text(&body, "T").as_deref(), Some(expected), "{inside}");
    }
}

#[test]
fn a_doctype_declares_nothing_and_costs_nothing() {
    let bomb = "<!DOCTYPE R [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\"> <!-- ]> -->]>\
                <R><A><T>&b;</T></A></R>";
    assert_eq!(first_text(bomb, "T").as_deref(), Some("&b;"));
}

#[test]
fn damaged_bytes_keep_spans_and_come_back_as_the_service_meant_them() {
    let body = b"\xEF\xBB\xBF<R><A><T>Z\xFCrich\x0B</T></A><A><T>Z\xC3\xBCrich</T></A></R>";
    let mut spans = Vec::new();
    let (found, _) = texts(body, "A", "T");
    xml::read::<Infallible>(body, "A", |record| {
        spans.push((record.offset, record.length));
        Ok(())
    })
    .unwrap();
    assert_eq!(found, [Some("Zürich\u{b}".to_owned()), Some("Zürich".to_owned())]);
    assert_eq!(spans, [(6, 21), (27, 21)]);
}

#[test]
fn what_is_not_whole_is_an_error() {
    for (body, expected) in [
        (&b"<R><A></A>"[..], ReadError::CutShort),
        (b"<R><A><T>x", ReadError::CutShort),
        (b"<R><A><T><![CDATA[x", ReadError::CutShort),
        (b"<R><A><T", ReadError::CutShort),
        (b"<R><A></B></R>", ReadError::Malformed { offset: 6 }),
        (b"<R></R></R>", ReadError::Malformed { offset: 7 }),
        (b"<R></R><S></S>", ReadError::Malformed { offset: 7 }),
        (b"<R></R>tail", ReadError::Malformed { offset: 7 }),
        (b"<R>1 < 2 </R>", ReadError::Malformed { offset: 5 }),
        (b"hello", ReadError::NotXml),
        (b"{\"a\":1}", ReadError::NotXml),
        (b"", ReadError::NotXml),
        (b"<?xml version=\"1.0\"?>", ReadError::NotXml),
    ] {
        let text = String::from_utf8_lossy(body);
        assert_eq!(texts(body, "A", "T").1, Err(expected), "{text}");
    }
    let deep = "<a>".repeat(101);
    assert!(matches!(texts(deep.as_bytes(), "A", "T").1, Err(ReadError::Malformed { .. })));
}

#[test]
fn csv_rows_come_with_their_bytes() {
    let mut rows = Vec::new();
    let envelope = csv::read::<Infallible>(BLOCKS, |row| {
        let start = usize::try_from(row.offset).unwrap();
        let raw = &BLOCKS[start..start + usize::try_from(row.length).unwrap()];
        assert!(raw.starts_with(b"\"2026-03-2") && raw.ends_with(b"\""));
        rows.push((
            row.get("details").unwrap().to_owned(),
            row.value("User IP").map(str::to_owned),
        ));
        Ok(())
    })
    .unwrap();
    assert_eq!(rows[0].0, "said \"hi\",\nthen left");
    assert_eq!(rows[1], ("{\"a\":1}".to_owned(), None));
    assert_eq!((envelope.records, envelope.footer), (2, true));
    assert_eq!(envelope.warnings[0].code.as_deref(), Some("1980"));
    assert!(envelope.warnings[0].url.as_ref().unwrap().ends_with("id_max=44"));
}

#[test]
fn csv_that_stops_in_a_row_is_cut() {
    let whole = csv::read::<Infallible>(PLAIN, |_| Ok(())).unwrap();
    assert_eq!((whole.records, whole.footer), (2, false));
    for cut in [PLAIN.len() - 5, PLAIN.len() - 40, BLOCKS.len() - 300] {
        let body = if cut < PLAIN.len() { &PLAIN[..cut] } else { &BLOCKS[..cut] };
        assert_eq!(csv::read::<Infallible>(body, |_| Ok(())), Err(CsvError::CutShort), "{cut}");
    }
    for body in [&b""[..], b"one sentence", b"<SIMPLE_RETURN/>"] {
        assert_eq!(csv::read::<Infallible>(body, |_| Ok(())), Err(CsvError::NotCsv));
    }
}
