//! How single answers are read: one fixture a quirk of the wire, and arbitrary bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use proptest::prelude::*;
use qualys_sec_inspector::catalogue::{self, Endpoint, Family, Redaction};
use qualys_sec_inspector::qualys::csv::{self, CsvError};
use qualys_sec_inspector::qualys::envelope::Envelope;
use qualys_sec_inspector::qualys::fault::{Answer, Fault, classify};
use qualys_sec_inspector::qualys::paging::{self, Cursors, Next, PageFacts};
use qualys_sec_inspector::qualys::xml::{self, ReadError};
use qualys_sec_inspector::qualys::{ids, records, redact, time};
use std::convert::Infallible;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../fixtures/qualys/", $name)).as_slice()
    };
}

const HOSTS: &[u8] = fixture!("hosts_page.xml");
const LOWER_CASE: &[u8] = fixture!("hosts_lower_case.xml");
const NO_HOSTS: &[u8] = fixture!("hosts_empty.xml");
const INVALID_VALUE: &[u8] = fixture!("simple_return_1905.xml");
const RATE_LIMIT: &[u8] = fixture!("rate_limit_1965.xml");
const MSP_FAILED: &[u8] = fixture!("msp_failed.xml");
const MSP_ERROR: &[u8] = fixture!("msp_user_list_error.xml");
const USERS: &[u8] = fixture!("msp_users.xml");
const QPS_ERROR: &[u8] = fixture!("qps_error.xml");
const TAGS: &[u8] = fixture!("qps_tags.xml");
const NO_TAGS: &[u8] = fixture!("qps_none.xml");
const BLOCKS: &[u8] = fixture!("activity_blocks.csv");
const PLAIN: &[u8] = fixture!("activity_plain.csv");
const MAINTENANCE: &[u8] = fixture!("maintenance.html");

const ALL: [&[u8]; 14] = [
    HOSTS,
    LOWER_CASE,
    NO_HOSTS,
    INVALID_VALUE,
    RATE_LIMIT,
    MSP_FAILED,
    MSP_ERROR,
    USERS,
    QPS_ERROR,
    TAGS,
    NO_TAGS,
    BLOCKS,
    PLAIN,
    MAINTENANCE,
];

fn endpoint(id: &str) -> &'static Endpoint {
    catalogue::endpoint(id).unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

type Read = Result<Envelope, ReadError<Infallible>>;

/// The texts at `path` of each record.
fn texts(body: &[u8], record: &str, path: &str) -> (Vec<Option<String>>, Read) {
    let mut found = Vec::new();
    let read = xml::read(body, record, |record| {
        found.push(record.text(path).map(str::to_owned));
        Ok(())
    });
    (found, read)
}

fn first_text(body: &str, path: &str) -> Option<String> {
    texts(body.as_bytes(), "A", path).0.into_iter().next().flatten()
}

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
fn faults_follow_the_body_before_the_status() {
    let hosts = endpoint("vm/hosts");
    let users = endpoint("vm/users");
    let tags = endpoint("am/tags");
    let log = endpoint("vm/activity-log");
    let code = |code: &str| Some(code.to_owned());
    let simple = |code: &str, text: &str| {
        format!(
            "<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><CODE>{code}</CODE><TEXT>{text}</TEXT></RESPONSE></SIMPLE_RETURN>"
        )
    };
    let qps = |word: &str| {
        format!("<ServiceResponse><responseCode>{word}</responseCode></ServiceResponse>")
    };
    let blocked = |code: &str| Fault::AccountBlocked { code: code.to_owned() };
    let cases: Vec<(&str, u16, &Endpoint, Vec<u8>, Fault)> = vec![
        ("401", 401, hosts, b"".to_vec(), Fault::BadCredentials { code: None }),
        ("2000", 401, hosts, simple("2000", "Bad Login").into(), Fault::BadCredentials { code: code("2000") }),
        ("2001 under 200", 200, log, simple("2001", "expired").into(), blocked("2001")),
        ("2002", 403, hosts, simple("2002", "inactive").into(), blocked("2002")),
        ("2003 under 409", 409, hosts, simple("2003", "register").into(), blocked("2003")),
        ("2011", 403, hosts, simple("2011", "SecureID").into(), blocked("2011")),
        ("403", 403, hosts, b"".to_vec(), Fault::Denied { code: None }),
        ("403 page", 403, hosts, MAINTENANCE.to_vec(), Fault::Denied { code: None }),
        ("2012", 403, hosts, simple("2012", "license").into(), Fault::NotSubscribed { code: code("2012") }),
        ("2010", 403, hosts, simple("2010", "forbidden").into(), Fault::NotSubscribed { code: code("2010") }),
        ("sentence", 403, hosts, simple("1", "You are Not Subscribed").into(), Fault::NotSubscribed { code: code("1") }),
        ("1960", 409, hosts, simple("1960", "busy").into(), Fault::Concurrency),
        ("1920", 409, hosts, simple("1920", "busy").into(), Fault::Concurrency),
        ("409 alone", 409, hosts, b"".to_vec(), Fault::Concurrency),
        ("1965", 409, hosts, RATE_LIMIT.to_vec(), Fault::RateLimited { wait: Some(811) }),
        ("1965 under 400", 400, hosts, simple("1965", "later").into(), Fault::RateLimited { wait: None }),
        ("429", 429, hosts, b"{}".to_vec(), Fault::RateLimited { wait: None }),
        ("1981", 202, hosts, simple("1981", "processing").into(), Fault::Busy),
        ("202", 202, hosts, b"".to_vec(), Fault::Busy),
        ("999", 200, hosts, simple("999", "Internal").into(), Fault::Unavailable { status: 200 }),
        ("1999", 503, hosts, simple("1999", "maintenance").into(), Fault::Unavailable { status: 503 }),
        ("503 page", 503, hosts, MAINTENANCE.to_vec(), Fault::Unavailable { status: 503 }),
        ("520", 520, hosts, b"".to_vec(), Fault::Unavailable { status: 520 }),
        ("list under 500", 500, hosts, HOSTS.to_vec(), Fault::Unavailable { status: 500 }),
        ("404", 404, hosts, b"".to_vec(), Fault::Retired),
        ("404 page", 404, hosts, MAINTENANCE.to_vec(), Fault::Retired),
        ("410", 410, hosts, b"gone".to_vec(), Fault::Retired),
        ("1901", 400, hosts, simple("1901", "Unrecognized").into(), Fault::UnknownParameter),
        ("1905", 400, hosts, INVALID_VALUE.to_vec(), Fault::BadRequest { code: code("1905"), text: "parameter ids has invalid value: x".to_owned() }),
        ("302", 302, hosts, b"".to_vec(), Fault::Redirect { status: 302 }),
        ("page under 200", 200, hosts, MAINTENANCE.to_vec(), Fault::Html),
        ("nothing under 200", 200, hosts, b"".to_vec(), Fault::Empty),
        ("cut", 200, hosts, HOSTS[..900].to_vec(), Fault::CutShort),
        ("not XML", 200, hosts, b"oops".to_vec(), Fault::Malformed { offset: 0 }),
        ("success is no list", 200, hosts, b"<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><TEXT>Logged in</TEXT></RESPONSE></SIMPLE_RETURN>".to_vec(), Fault::Unexpected { root: "SIMPLE_RETURN".to_owned() }),
        ("empty without stamp", 200, hosts, b"<HOST_LIST_OUTPUT/>".to_vec(), Fault::Unexpected { root: "HOST_LIST_OUTPUT".to_owned() }),
        ("MSP", 200, users, MSP_FAILED.to_vec(), blocked("2001")),
        ("MSP list error", 200, users, MSP_ERROR.to_vec(), Fault::NotSubscribed { code: code("2012") }),
        ("QPS", 200, tags, QPS_ERROR.to_vec(), Fault::BadRequest { code: code("INVALID_REQUEST"), text: "Criteria 'id' (x).".to_owned() }),
        ("QPS login", 200, tags, qps("INVALID_CREDENTIALS").into(), Fault::BadCredentials { code: code("INVALID_CREDENTIALS") }),
        ("QPS denied", 200, tags, qps("UNAUTHORIZED").into(), Fault::Denied { code: code("UNAUTHORIZED") }),
        ("QPS permission", 200, tags, qps("INSUFFICIENT_PERMISSION").into(), Fault::Denied { code: code("INSUFFICIENT_PERMISSION") }),
        ("QPS trial over", 200, tags, qps("EVALUATION_EXPIRED").into(), Fault::NotSubscribed { code: code("EVALUATION_EXPIRED") }),
        ("QPS version", 200, tags, qps("INVALID_API_VERSION").into(), Fault::Retired),
        ("QPS lost a record", 200, tags, b"<ServiceResponse><responseCode>SUCCESS</responseCode><count>2</count><data><Tag><id>1</id></Tag></data></ServiceResponse>".to_vec(), Fault::CutShort),
        ("CSV cut", 200, log, BLOCKS[..200].to_vec(), Fault::CutShort),
        ("sentence for CSV", 200, log, b"Try again".to_vec(), Fault::Malformed { offset: 0 }),
    ];
    for (name, status, endpoint, body, expected) in cases {
        let (answer, facts) = classify(status, &[], &body, endpoint);
        assert_eq!(answer, Answer::Fault(expected), "{name}");
        assert_eq!(facts, None, "{name}");
    }
    let headers = pairs(&[("x-ratelimit-towait-sec", "95")]);
    let (answer, _) = classify(409, &headers, b"", hosts);
    assert_eq!(answer, Answer::Fault(Fault::RateLimited { wait: Some(95) }));
}

#[test]
fn usable_answers_are_whole() {
    for (id, body, records) in [
        ("vm/hosts", HOSTS, 2),
        ("vm/hosts", LOWER_CASE, 1),
        ("vm/hosts", NO_HOSTS, 0),
        ("vm/users", USERS, 1),
        ("am/tags", TAGS, 2),
        ("am/tags", NO_TAGS, 0),
        ("vm/activity-log", BLOCKS, 2),
        ("vm/activity-log", PLAIN, 2),
    ] {
        let (answer, facts) = classify(200, &[], body, endpoint(id));
        assert_eq!((answer, facts.unwrap().records), (Answer::Whole, records), "{id}");
    }
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
    assert_eq!(found, Ok(vec![7, 9]));
}

fn facts(body: &[u8], endpoint: &Endpoint) -> PageFacts {
    classify(200, &[], body, endpoint).1.unwrap()
}

#[test]
fn a_continuation_gives_its_query_and_nothing_of_its_host() {
    let hosts = endpoint("vm/hosts");
    let sent = pairs(&[("action", "list"), ("details", "All/AGs"), ("truncation_limit", "2")]);
    let page = facts(HOSTS, hosts);
    let mut seen = Cursors::default();
    let Next::Query(query) = paging::next(hosts, &sent, &mut seen, &page) else { panic!() };
    let expected =
        [("action", "list"), ("details", "All/AGs"), ("truncation_limit", "2"), ("id_min", "5103")];
    assert_eq!(query, pairs(&expected));
    let again = paging::next(hosts, &query, &mut seen, &page);
    assert_eq!(again, Next::Truncated("repeated_cursor".to_owned()));
    assert_eq!(
        paging::next(hosts, &sent, &mut Cursors::default(), &facts(NO_HOSTS, hosts)),
        Next::End
    );
}

fn note(code: Option<&str>, url: Option<&str>) -> PageFacts {
    let warning = qualys_sec_inspector::qualys::envelope::Warning {
        code: code.map(str::to_owned),
        text: None,
        url: url.map(str::to_owned),
    };
    PageFacts { records: 2, warnings: vec![warning], ..PageFacts::default() }
}

#[test]
fn a_page_that_leads_nowhere_is_a_truncation() {
    let hosts = endpoint("vm/hosts");
    let sent = pairs(&[("action", "list"), ("id_min", "50")]);
    let ask = |page: &PageFacts| paging::next(hosts, &sent, &mut Cursors::default(), page);
    let cut = |reason: &str| Next::Truncated(reason.to_owned());
    let url = "https://x.example.test/?action=list&amp;id_min=60";
    let forward = Next::Query(pairs(&[("action", "list"), ("id_min", "60")]));
    assert_eq!(ask(&note(Some("1980"), Some(url))), forward);
    assert_eq!(ask(&note(None, Some(url))), forward);
    assert_eq!(ask(&PageFacts { records: 0, ..note(None, Some(url)) }), cut("empty_page"));
    assert_eq!(ask(&note(Some("1980"), None)), cut("no_cursor"));
    assert_eq!(ask(&note(Some("1980"), Some("https://x.example.test/"))), cut("no_cursor"));
    assert_eq!(ask(&note(Some("1234"), None)), Next::End);
    let same = "https://x.example.test/?id_min=50&action=list";
    assert_eq!(ask(&note(Some("1980"), Some(same))), cut("repeated_cursor"));
    let back = "https://x.example.test/?action=list&id_min=40";
    assert_eq!(ask(&note(Some("1980"), Some(back))), cut("no_progress"));
    let purge = "https://x.example.test/?action=purge&id_min=60";
    assert_eq!(ask(&note(Some("1980"), Some(purge))), cut("changed_action"));
}

#[test]
fn a_page_that_comes_twice_is_no_progress() {
    let hosts = endpoint("vm/hosts");
    let page = |id_min: u32| {
        let url = format!("https://x.example.test/?action=list&id_min={id_min}");
        PageFacts { first_record: Some("1".to_owned()), ..note(Some("1980"), Some(&url)) }
    };
    let mut seen = Cursors::default();
    let sent = pairs(&[("action", "list")]);
    let Next::Query(sent) = paging::next(hosts, &sent, &mut seen, &page(3)) else { panic!() };
    let second = paging::next(hosts, &sent, &mut seen, &page(5));
    assert_eq!(second, Next::Truncated("no_progress".to_owned()));
}

#[test]
fn the_plain_activity_log_goes_on_at_its_oldest_row() {
    let log = endpoint("vm/activity-log");
    let sent = pairs(&[("action", "list"), ("truncation_limit", "2")]);
    let page = facts(PLAIN, log);
    let mut seen = Cursors::default();
    let Next::Query(query) = paging::next(log, &sent, &mut seen, &page) else { panic!() };
    assert_eq!(query.last().unwrap(), &pairs(&[("until_datetime", "2026-03-27T02:10:00Z")])[0]);
    let again = paging::next(log, &query, &mut seen, &page);
    assert_eq!(again, Next::Truncated("no_progress".to_owned()));
    let wide = pairs(&[("action", "list"), ("truncation_limit", "1000")]);
    assert_eq!(paging::next(log, &wide, &mut Cursors::default(), &page), Next::End);
    let Next::Query(query) = paging::next(log, &sent, &mut Cursors::default(), &facts(BLOCKS, log))
    else {
        panic!()
    };
    assert_eq!(query.last().unwrap(), &pairs(&[("id_max", "44")])[0]);
}

#[test]
fn qps_goes_on_behind_the_last_id() {
    let tags = endpoint("am/tags");
    let mut seen = Cursors::default();
    let page = facts(TAGS, tags);
    assert_eq!(paging::next(tags, &[], &mut seen, &page), Next::AfterId("702".to_owned()));
    let ask = |seen: &mut Cursors, page: &PageFacts| paging::next(tags, &[], seen, page);
    let cut = |reason: &str| Next::Truncated(reason.to_owned());
    assert_eq!(ask(&mut seen.clone(), &page), cut("repeated_cursor"));
    let back = PageFacts { last_id: Some("650".to_owned()), ..page.clone() };
    assert_eq!(ask(&mut seen.clone(), &back), cut("no_progress"));
    // A service that ignores the cursor sends the same records under ever new last ids.
    let deaf = PageFacts { last_id: Some("9000".to_owned()), ..page.clone() };
    assert_eq!(ask(&mut seen.clone(), &deaf), cut("no_progress"));
    let first = |id: &str| Some(id.to_owned());
    let further = PageFacts { first_record: first("703"), ..deaf.clone() };
    assert_eq!(ask(&mut seen.clone(), &further), Next::AfterId("9000".to_owned()));
    let at_the_cursor = PageFacts { first_record: first("702"), ..deaf };
    assert_eq!(ask(&mut seen.clone(), &at_the_cursor), cut("no_progress"));
    let none = PageFacts { records: 0, ..page.clone() };
    assert_eq!(ask(&mut Cursors::default(), &none), cut("empty_page"));
    let no_last_id = PageFacts { last_id: None, ..page.clone() };
    assert_eq!(ask(&mut Cursors::default(), &no_last_id), Next::AfterId("702".to_owned()));
    let nothing = PageFacts { last_id: None, last_record: None, ..page };
    assert_eq!(ask(&mut Cursors::default(), &nothing), cut("no_cursor"));
    assert_eq!(ask(&mut Cursors::default(), &facts(NO_TAGS, tags)), Next::End);
    let body = paging::qps_body(Some("7<02"), 1000);
    assert!(body.contains("operator=\"GREATER\">7&lt;02</Criteria>"), "{body}");
    assert!(!paging::qps_body(None, 1000).contains("filters"));
}

fn without(body: &[u8], secrets: &[&str]) -> Vec<u8> {
    let mut text = String::from_utf8(body.to_vec()).unwrap();
    for secret in secrets {
        assert!(text.contains(secret), "{secret}");
        text = text.replace(secret, "[redacted]");
    }
    text.into_bytes()
}

#[test]
fn redaction_takes_the_value_and_leaves_every_other_byte() {
    let hosts = redact::apply(HOSTS.to_vec(), Family::FoXml, endpoint("vm/hosts").redact, &[]);
    let expected = without(HOSTS, &["ask Pat", "floor", "three &amp; four"]);
    assert_eq!(String::from_utf8(hosts.bytes), String::from_utf8(expected));
    let log: Vec<_> =
        hosts.log.iter().map(|r| (r.path.as_str(), r.rule.as_str(), r.count)).collect();
    assert_eq!(
        log,
        [("HOST/COMMENTS", "host-comment", 1), ("HOST/USER_DEF/*", "host-user-defined", 2)]
    );

    let users = redact::apply(USERS.to_vec(), Family::MspXml, endpoint("vm/users").redact, &[]);
    assert_eq!(users.bytes, without(USERS, &["555-0100", "1 Test Way"]));

    let rules = [Redaction { rule: "detail", path: "Details" }];
    let csv = redact::apply(PLAIN.to_vec(), Family::FoCsv, &rules, &[]);
    let expected = String::from_utf8(PLAIN.to_vec()).unwrap();
    let expected = expected.replace("\"x\"", "\"[redacted]\"").replace("\"y\"", "\"[redacted]\"");
    assert_eq!(String::from_utf8(csv.bytes).unwrap(), expected);
}

#[test]
fn redaction_covers_children_comments_and_mixed_text() {
    let rules = [Redaction { rule: "secret", path: "*PASSWORD*" }];
    for (inside, expected) in [
        (
            "<MY_PASSWORD_X> a<!-- c -->b </MY_PASSWORD_X>",
            "<MY_PASSWORD_X> [redacted] </MY_PASSWORD_X>",
        ),
        (
            "<password><![CDATA[\n p \n]]></password>",
            "<password><![CDATA[\n [redacted] \n]]></password>",
        ),
        (
            "<PASSWORD><A>1</A><B/></PASSWORD><C>2</C>",
            "<PASSWORD><A>[redacted]</A><B/></PASSWORD><C>2</C>",
        ),
        ("<PASSWORD/>", "<PASSWORD/>"),
        ("<PASSWORD>x<![CDATA[y]]></PASSWORD>", "<PASSWORD>[redacted]</PASSWORD>"),
    ] {
        let body = format!("<R>{inside}</R>").into_bytes();
        let redacted = redact::apply(body, Family::FoXml, &rules, &[]);
        assert_eq!(String::from_utf8(redacted.bytes).unwrap(), format!("<R>{expected}</R>"));
    }
}

#[test]
fn nothing_unparsed_is_kept_where_there_are_secrets_to_take() {
    let rules = [Redaction { rule: "secret", path: "PASSWORD" }];
    for (body, expected) in [
        ("<R><PASSWORD>hun", "<R><PASSWORD>[redacted]"),
        ("<R><PASSWORD><![CDATA[hun", "<R><PASSWORD>[redacted]"),
        ("<R><X></Y><PASSWORD>hunter2</PASSWORD></R>", "<R><X>[redacted]"),
    ] {
        let redacted = redact::apply(body.into(), Family::FoXml, &rules, &[]);
        assert_eq!(String::from_utf8(redacted.bytes).unwrap(), expected);
    }
    let page = redact::apply(MAINTENANCE.to_vec(), Family::FoXml, &rules, &[]);
    assert_eq!(page.bytes, MAINTENANCE);
}

#[test]
fn a_live_credential_goes_wherever_it_stands() {
    let secret = "s3cret&long";
    let body = format!("<R>{secret} s3cret&amp;long s3cret%26long</R>").into_bytes();
    let redacted = redact::apply(body, Family::FoXml, &[], &[secret, "short"]);
    assert_eq!(redacted.bytes, b"<R>[redacted] [redacted] [redacted]</R>");
    assert_eq!((redacted.log[0].rule.as_str(), redacted.log[0].count), ("live-credential", 3));
    assert_eq!(redact::scrub(&format!("v={secret}"), &[secret]), ("v=[redacted]".to_owned(), 1));
}

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
