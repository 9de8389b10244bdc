//! Whether a list goes on behind a page.

use super::*;
use qualys_sec_inspector::qualys::paging::{self, Cursors, Next};

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
}
