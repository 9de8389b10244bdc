//! A fan-out is worth no more than the list that its ids come from.
use crate::subscription::Run;
use crate::{answer, loaded};
use qualys_sec_inspector::bundle::completeness::EndpointState as Claim;
use qualys_sec_inspector::bundle::record::Outcome;

const POLICIES: &str = "pc/policies";

fn policies(records: &str, next: &str) -> Vec<u8> {
    format!("<P><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><POLICY_LIST>{records}</POLICY_LIST>{next}</RESPONSE></P>").into()
}

const NEXT: &str = "<WARNING><CODE>1980</CODE><URL>https://api.example.test/?action=list&amp;id_min=9</URL></WARNING>";

const EMPTY: &str = "<POLICY><ID>1</ID><TITLE>a</TITLE></POLICY>";
const FULL: &str = "<POLICY><ID>1</ID><TITLE>a</TITLE><CONTROL_LIST><CONTROL><ID>7</ID></CONTROL></CONTROL_LIST></POLICY>";

/// The state of `pc/controls`, skipped, after this answer of the policies with this claim.
fn controls_skipped(body: &[u8], claim: Claim) -> (&'static str, String) {
    let mut run = Run::new(&[POLICIES, "pc/controls"]);
    run.page(POLICIES, None, &[("action", "list")], body);
    run.skip("pc/controls", "said so");
    run.outcome(POLICIES, claim, 1);
    run.outcome("pc/controls", Claim::Skipped, 0);
    state(run, "pc/controls")
}

fn state(run: Run, endpoint: &str) -> (&'static str, String) {
    let (_, coverage, _) = loaded(run);
    let row = coverage.into_iter().find(|row| row.endpoint == endpoint).unwrap();
    (row.state.word(), row.reason.unwrap_or_default())
}

#[test]
fn what_was_skipped_is_empty_where_a_whole_list_names_no_id() {
    let none = policies(EMPTY, "");
    let empty = controls_skipped(&none, Claim::Present);
    assert_eq!(empty, ("empty", "pc/policies names no ids".to_owned()));
    // The list names one: then somebody left it out.
    assert_eq!(controls_skipped(&policies(FULL, ""), Claim::Present).0, "skipped");
    // More of the list might name one.
    assert_eq!(controls_skipped(&policies(EMPTY, NEXT), Claim::Present).0, "skipped");
    assert_eq!(controls_skipped(&none, Claim::Truncated).0, "skipped");
}

#[test]
fn technologies_are_named_by_elements() {
    for (list, expected) in
        [("<AUTH_UNIX_IDS><ID_SET><ID>1</ID></ID_SET></AUTH_UNIX_IDS>", "skipped"), ("", "empty")]
    {
        let body = format!(
            "<A><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><AUTH_RECORDS>{list}</AUTH_RECORDS></RESPONSE></A>"
        );
        let mut run = Run::new(&["vm/auth-records", "vm/auth-record-details"]);
        run.page("vm/auth-records", None, &[], body.as_bytes());
        run.skip("vm/auth-record-details", "said so");
        run.outcome("vm/auth-records", Claim::Present, 1);
        run.outcome("vm/auth-record-details", Claim::Skipped, 0);
        assert_eq!(state(run, "vm/auth-record-details").0, expected);
    }
}

#[test]
fn a_cut_list_cuts_what_was_asked_for_its_ids() {
    let mut run = Run::new(&[POLICIES, "pc/controls"]);
    run.page(POLICIES, None, &[("action", "list")], &policies(FULL, NEXT));
    run.page("pc/controls", None, &[("ids", "7")], &answer("pc/controls"));
    run.outcome(POLICIES, Claim::Truncated, 1);
    run.outcome("pc/controls", Claim::Present, 1);
    let cut = ("truncated", "its ids come from pc/policies: truncated".to_owned());
    assert_eq!(state(run, "pc/controls"), cut);
}

#[test]
fn a_module_that_is_not_there_is_told_from_a_permission_that_is_missing() {
    for (outcome, claim, code) in [
        (Outcome::NotSubscribed, Claim::NotSubscribed, "2012"),
        (Outcome::Denied, Claim::Denied, "2010"),
    ] {
        let mut run = Run::new(&[POLICIES, "pc/controls"]);
        run.failure(POLICIES, outcome, Some(code));
        run.outcome(POLICIES, claim, 0);
        let own = if claim == Claim::NotSubscribed { claim } else { Claim::Failed };
        run.outcome("pc/controls", own, 0);
        let (_, coverage, _) = loaded(run);
        let states = [POLICIES, "pc/controls"].map(|endpoint| {
            coverage.iter().find(|row| row.endpoint == endpoint).unwrap().state.word()
        });
        let expected = if claim == Claim::NotSubscribed {
            ["not_subscribed", "not_subscribed"]
        } else {
            ["denied", "failed"]
        };
        assert_eq!(states, expected);
    }
}
