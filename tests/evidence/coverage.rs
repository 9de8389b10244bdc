//! What a bundle proves to be there, and what it does not.
use crate::subscription::Run;
use crate::{dump, loaded, select};
use qualys_sec_inspector::bundle::completeness::EndpointState as Claim;
use qualys_sec_inspector::bundle::record::Outcome;
use qualys_sec_inspector::evidence::{Coverage, View, load};

fn hosts(ids: &[u32], next: Option<u32>) -> Vec<u8> {
    let records: String =
        ids.iter().map(|id| format!("<HOST><ID>{id}</ID></HOST>")).collect::<Vec<_>>().concat();
    page("HOST_LIST", &records, next)
}

fn page(list: &str, records: &str, next: Option<u32>) -> Vec<u8> {
    let list =
        if records.is_empty() { String::new() } else { format!("<{list}>{records}</{list}>") };
    let warning = next.map_or(String::new(), |next| {
        format!("<WARNING><CODE>1980</CODE><TEXT>more</TEXT><URL>https://api.example.test/?action=list&amp;id_min={next}</URL></WARNING>")
    });
    format!("<L><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME>{list}{warning}</RESPONSE></L>")
        .into()
}

const ASKED: &[(&str, &str)] = &[("action", "list"), ("show_tags", "1")];

fn row(coverage: &[Coverage], endpoint: &str) -> (&'static str, u64, u64, String) {
    let row = coverage.iter().find(|row| row.endpoint == endpoint).unwrap();
    let reason = row.reason.clone().unwrap_or_default();
    (row.state.word(), row.pages, row.records, reason)
}

/// The state of `vm/hosts` after a run that committed these pages as one chain and claims this.
fn state(pages: &[&[u8]], claim: Claim) -> (&'static str, u64, u64, String) {
    let mut run = Run::new(&["vm/hosts"]);
    let mut prev = None;
    for page in pages {
        prev = Some(run.page("vm/hosts", prev, ASKED, page));
    }
    run.outcome("vm/hosts", claim, pages.len() as u64);
    row(&loaded(run).1, "vm/hosts")
}

#[test]
fn what_was_read_decides_before_what_was_claimed() {
    let none = String::new;
    let (one, two) = (hosts(&[1, 2], Some(3)), hosts(&[3], None));
    assert_eq!(state(&[&one, &two], Claim::Present), ("present", 2, 3, none()));
    assert_eq!(state(&[&hosts(&[], None)], Claim::Empty), ("empty", 1, 0, none()));
    let open = state(&[&one], Claim::Present);
    assert_eq!((open.0, open.1, open.2), ("truncated", 1, 2));
    assert!(open.3.contains("seq=2") && open.3.contains("next page is missing"), "{}", open.3);
    let claimed = state(&[&two], Claim::Truncated);
    assert_eq!(claimed, ("truncated", 1, 1, "as claimed".to_owned()));
    assert_eq!(state(&[&two], Claim::Failed).0, "truncated");
    for body in [&b"<L><RESPONSE><HOST_LIST><HOST><ID>1</ID></HOST>"[..], b"<L/>", b"nonsense"] {
        let broken = state(&[body], Claim::Present);
        assert_eq!((broken.0, broken.1), ("parse_error", 0));
        assert!(broken.3.contains("seq=2"), "{}", broken.3);
    }
    let nameless =
        page("HOST_LIST", "<HOST><ID>1</ID></HOST><HOST><IP>192.0.2.1</IP></HOST>", None);
    assert_eq!(state(&[&nameless], Claim::Present).0, "parse_error");
}

#[test]
fn an_error_that_was_stored_as_an_answer_is_no_list() {
    let body = include_bytes!("../../fixtures/qualys/simple_return_1905.xml");
    assert_eq!(state(&[body], Claim::Empty).0, "parse_error");
}

#[test]
fn endpoints_without_answers_say_why() {
    let mut run = Run::new(&["vm/hosts", "vm/users", "am/tags", "vm/scans"]);
    run.failure("vm/hosts", Outcome::Timeout, None);
    run.failure("vm/users", Outcome::Denied, Some("2012"));
    run.skip("am/tags", "a flag");
    run.outcome("vm/hosts", Claim::Failed, 0);
    run.outcome("vm/users", Claim::NotSubscribed, 0);
    run.outcome("am/tags", Claim::Skipped, 0);
    run.outcome("vm/scans", Claim::Failed, 0);
    let (model, coverage, scope) = loaded(run);
    let claimed = |state| (state, 0, 0, "as claimed".to_owned());
    assert_eq!(row(&coverage, "vm/hosts"), claimed("failed"));
    assert_eq!(row(&coverage, "vm/users"), claimed("not_subscribed"));
    assert_eq!(row(&coverage, "am/tags"), claimed("skipped"));
    assert_eq!(row(&coverage, "vm/scans"), claimed("failed"));
    let unplanned = row(&coverage, "vm/detections");
    assert_eq!(
        (unplanned.0, unplanned.3.as_str()),
        ("skipped", "not in the plan of the collection")
    );
    assert_eq!(select(&model, "SELECT count(*) FROM coverage"), [coverage.len().to_string()]);
    assert_eq!(scope.view, View::Unverified);
}

#[test]
fn a_fan_out_over_nothing_is_empty() {
    let mut run = Run::new(&["vm/auth-detections", "vm/detections", "vm/knowledge-base"]);
    for source in ["vm/detections", "vm/auth-detections"] {
        run.page(source, None, ASKED, &page("HOST_LIST", "", None));
        run.outcome(source, Claim::Empty, 1);
    }
    run.skip("vm/knowledge-base", "nothing to ask for");
    run.outcome("vm/knowledge-base", Claim::Skipped, 0);
    let (_, coverage, _) = loaded(run);
    assert_eq!(row(&coverage, "vm/knowledge-base").0, "empty");
}

#[test]
fn the_newest_complete_chain_feeds_the_model() {
    let mut run = Run::new(&["vm/hosts"]);
    let old = run.page("vm/hosts", None, ASKED, &hosts(&[1], Some(2)));
    run.page("vm/hosts", Some(old), ASKED, &hosts(&[2], None));
    let new = run.page("vm/hosts", None, ASKED, &hosts(&[7], Some(8)));
    run.page("vm/hosts", Some(new), ASKED, &hosts(&[8], None));
    // Begun again and not finished.
    run.page("vm/hosts", None, ASKED, &hosts(&[9], Some(10)));
    run.outcome("vm/hosts", Claim::Present, 5);
    let (model, coverage, _) = loaded(run);
    assert_eq!(select(&model, "SELECT id FROM host ORDER BY id"), ["7", "8"]);
    assert_eq!(row(&coverage, "vm/hosts"), ("present", 2, 2, String::new()));
    assert_eq!(select(&model, "SELECT seq FROM response ORDER BY seq"), ["4", "5"]);
}

#[test]
fn every_batch_of_a_fan_out_is_loaded() {
    let vuln = |qid: u32| page("VULN_LIST", &format!("<VULN><QID>{qid}</QID></VULN>"), None);
    let mut run = Run::new(&["vm/knowledge-base"]);
    run.page("vm/knowledge-base", None, &[("action", "list"), ("ids", "1")], &vuln(1));
    run.page("vm/knowledge-base", None, &[("action", "list"), ("ids", "2")], &vuln(2));
    run.outcome("vm/knowledge-base", Claim::Present, 2);
    let (model, coverage, _) = loaded(run);
    assert_eq!(select(&model, "SELECT qid FROM vuln ORDER BY qid"), ["1", "2"]);
    assert_eq!(row(&coverage, "vm/knowledge-base").1, 2);
    assert_eq!(select(&model, "SELECT name, value FROM parameter"), ["action|list"]);
}

#[test]
fn what_was_asked_is_what_every_request_carried() {
    let mut run = Run::new(&["vm/hosts"]);
    let first = run.page("vm/hosts", None, ASKED, &hosts(&[1], Some(2)));
    let second = [("action", "list"), ("show_tags", "1"), ("id_min", "2"), ("", "<X/>")];
    run.page("vm/hosts", Some(first), &second, &hosts(&[2], None));
    run.outcome("vm/hosts", Claim::Present, 2);
    let (model, ..) = loaded(run);
    let rows = select(&model, "SELECT name, value FROM parameter ORDER BY name");
    assert_eq!(rows, ["action|list", "show_tags|1"]);
    let response = select(
        &model,
        "SELECT seq, endpoint, page, version, received, length(sha256), bytes > 0, records FROM response",
    );
    assert_eq!(response[0], "2|vm/hosts|1|2.0|1774656001|64|1|1");
}

#[test]
fn the_later_of_two_equal_records_stands_with_its_parts() {
    let host = |name: &str, tag: &str| {
        format!(
            "<HOST><ID>1</ID><DNS>{name}</DNS><TAGS><TAG><NAME>{tag}</NAME></TAG></TAGS></HOST>"
        )
    };
    let mut run = Run::new(&["vm/hosts", "vm/detections"]);
    let first = run.page("vm/hosts", None, ASKED, &page("HOST_LIST", &host("old", "a"), Some(2)));
    run.page("vm/hosts", Some(first), ASKED, &page("HOST_LIST", &host("new", "b"), None));
    let detected = |host: u32, qid: u32| {
        format!(
            "<HOST><ID>{host}</ID><DETECTION_LIST><DETECTION><QID>{qid}</QID></DETECTION></DETECTION_LIST></HOST>"
        )
    };
    let both = detected(1, 10) + &detected(2, 20);
    let first = run.page("vm/detections", None, ASKED, &page("HOST_LIST", &both, Some(1)));
    run.page("vm/detections", Some(first), ASKED, &page("HOST_LIST", &detected(1, 11), None));
    run.outcome("vm/hosts", Claim::Present, 2);
    run.outcome("vm/detections", Claim::Present, 2);
    let (model, ..) = loaded(run);
    assert_eq!(select(&model, "SELECT dns FROM host"), ["new"]);
    assert_eq!(select(&model, "SELECT name FROM host_tag"), ["b"]);
    let rows = select(&model, "SELECT host_id, qid FROM detection ORDER BY host_id");
    assert_eq!(rows, ["1|11", "2|20"]);
}

#[test]
fn equal_events_in_one_answer_are_two_and_in_two_answers_one() {
    let header =
        "\"Date\",\"Action\",\"Module\",\"Details\",\"User Name\",\"User Role\",\"User IP\"\n";
    let event = |second: u32| {
        format!(
            "\"2026-03-01T00:00:0{second}Z\",\"login\",\"auth\",\"x\",\"example_ab1\",\"Reader\",\"N/A\"\n"
        )
    };
    let mut run = Run::new(&["vm/activity-log"]);
    let params = [("action", "list"), ("truncation_limit", "4")];
    let one = [header, &event(3), &event(2), &event(2), &event(2)].concat();
    let two = [header, &event(2), &event(2), &event(1)].concat();
    let first = run.page("vm/activity-log", None, &params, one.as_bytes());
    run.page("vm/activity-log", Some(first), &params, two.as_bytes());
    run.outcome("vm/activity-log", Claim::Present, 2);
    let (model, coverage, scope) = loaded(run);
    assert_eq!(row(&coverage, "vm/activity-log").0, "present");
    let rows =
        select(&model, "SELECT time % 10, count(*) FROM activity GROUP BY time ORDER BY time");
    assert_eq!(rows, ["1|1", "2|3", "3|1"]);
    assert_eq!((scope.view, scope.source.as_str()), (View::Partial, "vm/activity-log"));
}

#[test]
fn only_a_manager_sees_everything() {
    for (role, view) in [
        ("Manager", View::Full),
        ("Super User", View::Full),
        ("Unit Manager", View::Partial),
        ("Reader", View::Partial),
    ] {
        let user = format!(
            "<USER_LIST_OUTPUT><USER_LIST><USER><USER_LOGIN>EXAMPLE_AB1</USER_LOGIN><USER_ROLE>{role}</USER_ROLE></USER></USER_LIST></USER_LIST_OUTPUT>"
        );
        let mut run = Run::new(&["vm/users"]);
        run.page("vm/users", None, &[], user.as_bytes());
        run.outcome("vm/users", Claim::Present, 1);
        run.role("Auditor");
        let (_, _, scope) = loaded(run);
        assert_eq!((scope.view, scope.source.as_str()), (view, "vm/users"), "{role}");
        assert_eq!(scope.role.as_deref(), Some(role));
    }
    let mut run = Run::new(&["vm/scans"]);
    run.outcome("vm/scans", Claim::Failed, 0);
    run.role("Auditor");
    let (_, _, scope) = loaded(run);
    assert_eq!((scope.view, scope.source.as_str()), (View::Partial, "journal"));
}

#[test]
fn the_model_does_not_depend_on_the_number_of_threads() {
    let mut run = Run::new(&["vm/hosts", "vm/detections"]);
    let mut prev = None;
    for n in 0..6 {
        let ids: Vec<u32> = (n * 10..n * 10 + 10).collect();
        let next = (n < 5).then_some(n * 10 + 10);
        prev = Some(run.page("vm/hosts", prev, ASKED, &hosts(&ids, next)));
    }
    run.outcome("vm/hosts", Claim::Present, 6);
    run.outcome("vm/detections", Claim::Failed, 0);
    let (evidence, folder) = run.open();
    let one = load(&evidence, Some(folder.path()), 1).unwrap();
    let four = load(&evidence, Some(folder.path()), 4).unwrap();
    assert_eq!(dump(&one.0), dump(&four.0));
    assert_eq!(one.1, four.1);
}

#[test]
fn the_model_goes_with_its_holder() {
    let mut run = Run::new(&["vm/hosts"]);
    run.page("vm/hosts", None, ASKED, &hosts(&[1], None));
    run.outcome("vm/hosts", Claim::Present, 1);
    let (evidence, folder) = run.open();
    let count = || std::fs::read_dir(folder.path()).unwrap().count();
    let before = count();
    let loaded = load(&evidence, Some(folder.path()), 1).unwrap();
    assert_eq!(count(), before + 1);
    drop(loaded);
    assert_eq!(count(), before);
}
