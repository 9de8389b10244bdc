//! Control 18: tagged hosts, required tags, rules, and what an answer does not show.

use std::fs;

use qualys_sec_inspector::catalogue::{ENDPOINTS, Module};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{Inputs, Monitored, Network, Networks, Profile};

use crate::case::{AS_OF, Case, TAGS, shown};

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

fn with<'a>(change: &'a str, text: &str) -> Case<'a> {
    let profile = profile(text);
    Case::new(18, TAGS).change(change).set(|current| *current = profile)
}

const NAMED: &str = "[tag]\nephemeral = \"short\"\n\
    [[tag.required]]\nname = \"PCI-CDE\"\nframeworks = [\"PCI-DSS\"]\n\
    [[tag.required]]\nname = \"by hand\"\n[[tag.required]]\nname = \"of the portal alone\"\n\
    [[tag.required]]\nname = \"failing\"\n[[tag.required]]\nname = \"pci-cde\"\n\
    [[tag.exclusive]]\nnames = [\"Prod\", \"Dev\", \"Test\"]\n[[tag.exclusive]]\nnames = [\"Dev\", \"Prod\"]";

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&with("", NAMED).report()));
}

#[test]
fn what_the_profile_does_not_name_is_not_asked() {
    let case = Case::new(18, TAGS);
    for check in ["C18-03", "C18-04", "C18-08", "C18-09", "C18-10"] {
        assert_eq!(case.check(check).0, CheckState::NotApplicable, "{check}");
    }
    let (state, reason) = with("", "baseline = \"fedramp-high\"").check("C18-10");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("tag.ephemeral"));
    assert!(case.check("C18-05").1.unwrap().contains("networks"));
}

/// `tagged` of `all` hosts with the only user-defined tag.
fn fleet(tagged: u32, all: u32) -> String {
    format!(
        "INSERT INTO response VALUES (2, 'vm/hosts', 1, '5.0', {AS_OF}, 'a2', 9000, 5), (4, 'am/tags', 1, '2.0', {AS_OF}, 'a4', 900, 1);
         INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');
         INSERT INTO tag (row, id, name, rule_type, rule_text, \"offset\", length) VALUES ((4 << 24) + 1, 7, 'Scope', 'NETWORK_RANGE', '10.0.0.0/8', 0, 10);
         INSERT INTO host (row, id, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {all}) SELECT (2 << 24) + i, i, 0, 10 FROM n;
         INSERT INTO host_tag SELECT row, 7, 'Scope' FROM host WHERE id <= {tagged};"
    )
}

#[test]
fn untagged_hosts_at_their_limits() {
    let state = |tagged, all| {
        let rows = fleet(tagged, all);
        let case = Case::new(18, &rows);
        let report = case.report();
        let finding = report.findings.iter().find(|finding| finding.check == "C18-02");
        (case.check("C18-02").0, finding.map(|finding| finding.severity))
    };
    assert_eq!(state(95, 100), (CheckState::Pass, None));
    assert_eq!(state(94, 100), (CheckState::Fail, Some(Severity::Medium)));
    assert_eq!(state(80, 100), (CheckState::Fail, Some(Severity::Medium)));
    assert_eq!(state(79, 100), (CheckState::Fail, Some(Severity::High)));
    assert_eq!(Case::new(18, &fleet(100, 100)).outcome(), Outcome::Pass);
}

#[test]
fn tags_that_no_answer_shows_are_unknown() {
    let rows = fleet(0, 10) + "DELETE FROM parameter;";
    let (state, reason) = Case::new(18, &rows).check("C18-02");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("show_tags"));
    // The portal shows those of the hosts that it knows.
    let portal = rows
        + "INSERT INTO host_asset (row, id, host_id, \"offset\", length) SELECT (2 << 24) + 100 + id, 900 + id, id, 0, 10 FROM host;";
    assert_eq!(Case::new(18, &portal).check("C18-02").0, CheckState::Fail);
    let tagged = |tag: &str| {
        format!("{portal} INSERT INTO host_asset_tag SELECT row, {tag} FROM host_asset;")
    };
    assert_eq!(Case::new(18, &tagged("7, 'Scope'")).check("C18-02").0, CheckState::Pass);
    // A tag by its name alone is the one that is called so.
    let agents = "INSERT INTO tag (row, id, name, \"offset\", length) VALUES ((4 << 24) + 2, 5, 'Cloud Agent', 10, 10);";
    for (tag, expected) in [
        ("NULL, 'Scope'", CheckState::Pass),
        ("NULL, 'Cloud Agent'", CheckState::Fail),
        ("NULL, 'unlisted'", CheckState::NotAssessed),
    ] {
        let rows = tagged(tag);
        assert_eq!(Case::new(18, &rows).change(agents).check("C18-02").0, expected, "{tag}");
    }
}

#[test]
fn a_scope_of_everything() {
    let state = |tagged: u32| {
        let (rows, named) = (fleet(tagged, 20), profile("[[tag.required]]\nname = \"Scope\""));
        Case::new(18, &rows).set(|current| *current = named).check("C18-08").0
    };
    assert_eq!(state(19), CheckState::Fail);
    assert_eq!(state(18), CheckState::Pass);
}

#[test]
fn tags_of_qualys_are_no_strategy() {
    let change = "DELETE FROM tag WHERE id > 200;";
    let case = Case::new(18, TAGS).change(change);
    assert_eq!(case.keys("C18-01"), ["C18-01:subscription:tenant"]);
    assert_eq!(case.check("C18-06").0, CheckState::NotApplicable);
    assert_eq!(Case::new(18, TAGS).keys("C18-01"), Vec::<String>::new());
}

#[test]
fn rules_at_their_limit() {
    let state = |rules: u32| {
        let change = format!(
            "DELETE FROM tag; INSERT INTO tag (row, id, name, rule_type, rule_text, \"offset\", length)
             WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 10)
             SELECT (4 << 24) + i, i, 'tag ' || i, CASE WHEN i <= {rules} THEN 'GROOVY' ELSE 'static' END, 'x', 0, 10 FROM n;"
        );
        Case::new(18, TAGS).change(&change).check("C18-06").0
    };
    assert_eq!(state(3), CheckState::Pass);
    assert_eq!(state(2), CheckState::Fail);
}

#[test]
fn what_counts_as_use_of_a_tag() {
    // Two hosts and the tag 7, Scope, which nothing uses; 8 is another that has its own use.
    let rows = fleet(0, 2)
        + "INSERT INTO tag (row, id, name, rule_type, \"offset\", length) VALUES ((4 << 24) + 2, 8, 'Other', 'STATIC', 10, 10);
           INSERT INTO policy_tag VALUES (1, 8, 0);
           INSERT INTO host_asset (row, id, \"offset\", length) VALUES ((2 << 24) + 100, 900, 0, 10);";
    let keys = |change: &str| Case::new(18, &rows).change(change).keys("C18-11");
    let host = "(2 << 24) + 1";
    for (used, change) in [
        (false, String::new()),
        (true, format!("INSERT INTO host_tag VALUES ({host}, 7, 'Scope');")),
        (true, format!("INSERT INTO host_tag VALUES ({host}, NULL, 'Scope');")),
        (false, format!("INSERT INTO host_tag VALUES ({host}, 8, 'Scope');")),
        (false, format!("INSERT INTO host_tag VALUES ({host}, NULL, 'Other');")),
        (true, "INSERT INTO host_asset_tag VALUES ((2 << 24) + 100, 7, NULL);".to_owned()),
        (true, "INSERT INTO host_asset_tag VALUES ((2 << 24) + 100, NULL, 'Scope');".to_owned()),
        (false, "INSERT INTO host_asset_tag VALUES ((2 << 24) + 100, 8, 'Scope');".to_owned()),
        (false, "INSERT INTO host_asset_tag VALUES ((2 << 24) + 100, NULL, NULL);".to_owned()),
        (true, "INSERT INTO gav_asset_tag (asset_row, tag_id) VALUES (1, 7);".to_owned()),
        (false, "INSERT INTO gav_asset_tag (asset_row, tag_id) VALUES (1, 8);".to_owned()),
        (true, "INSERT INTO policy_tag VALUES (2, 7, 1);".to_owned()),
        (true, "INSERT INTO web_app_tag VALUES (1, 7);".to_owned()),
        (true, "INSERT INTO was_schedule_tag VALUES (1, 7, 0);".to_owned()),
        (true, "INSERT INTO schedule_tag VALUES (1, 'Scope', 0);".to_owned()),
        (false, "INSERT INTO schedule_tag VALUES (1, 'Other', 0);".to_owned()),
        (true, "INSERT INTO portal_user_tag VALUES (1, 7, 'renamed');".to_owned()),
        (true, "INSERT INTO portal_user_tag VALUES (1, NULL, 'Scope');".to_owned()),
        (false, "INSERT INTO portal_user_tag VALUES (1, 8, 'Scope');".to_owned()),
        (
            false,
            "INSERT INTO portal_user_tag VALUES (1, NULL, NULL), (1, NULL, 'Other');".to_owned(),
        ),
    ] {
        let expected: &[&str] = if used { &[] } else { &["C18-11:tag:7"] };
        assert_eq!(keys(&change), expected, "{change}");
    }
}

#[test]
fn short_lived_hosts_at_their_limits() {
    // A cloud host, seen first `age` seconds before the clock, last `lived` seconds after that.
    let hosts = |age: i64, lived: i64, change: &str| {
        let rows = format!(
            "{} UPDATE host SET cloud_provider = 'AWS', first_found = {AS_OF} - {age}, last_activity = {AS_OF} - {age} + {lived}; {change}",
            fleet(1, 1)
        );
        let named = profile("[tag]\nephemeral = \"short\"\n[scope]\nephemeral_min_hours = 48");
        Case::new(18, &rows).set(|current| *current = named).check("C18-10").0
    };
    let limit = 48 * 3600;
    assert_eq!(hosts(limit, 60, ""), CheckState::Fail);
    // It may yet live longer.
    assert_eq!(hosts(limit - 1, 60, ""), CheckState::NotApplicable);
    assert_eq!(hosts(2 * limit, limit - 1, ""), CheckState::Fail);
    assert_eq!(hosts(2 * limit, limit, ""), CheckState::NotApplicable);
    // A scan is a sign of life too, by whichever date the answer gives.
    for date in ["last_vm_scan", "last_vuln_scan"] {
        let scanned = format!("UPDATE host SET {date} = first_found + {limit};");
        assert_eq!(hosts(2 * limit, 60, &scanned), CheckState::NotApplicable, "{date}");
    }
    let own = "UPDATE host SET cloud_provider = NULL;";
    assert_eq!(hosts(limit, 60, own), CheckState::NotApplicable);
    // Tags that no answer shows.
    let blind = "DELETE FROM parameter; DELETE FROM host_tag;";
    assert_eq!(hosts(limit, 60, blind), CheckState::NotAssessed);
}

#[test]
fn the_first_five_hosts_are_shown_in_the_order_of_their_ids() {
    let shown = |case: &Case<'_>, check: &str| case.evidence(check);
    let first = ["ev:2#1", "ev:2#2", "ev:2#3", "ev:2#4", "ev:2#5"];
    // Rows in the other order than the ids, and a host before them that is in order.
    let turned = "UPDATE host SET id = 8 - (row & 0xffffff) WHERE row & 0xffffff > 0;
        INSERT INTO host_tag SELECT row, 7, 'Scope' FROM host WHERE id = 0;";
    let rows = placed(0, 8) + turned;
    assert_eq!(shown(&Case::new(18, &rows), "C18-02"), first);
    let networks = vec![
        scope("10.0.0.0/16", 0, Some("cde"), Some("Scope")),
        scope("10.0.0.0/16", 0, Some("cde"), Some("Other")),
        scope("10.0.0.8/32", 0, Some("far"), Some("Scope")),
    ];
    let report = scoped(&rows, networks).report();
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.check == "C18-05")
        .map(|finding| {
            let evidence: Vec<&str> =
                finding.evidence.iter().map(|span| span.id.as_str()).collect();
            (finding.key.as_str(), evidence)
        })
        .collect();
    let all = ["ev:2#0", "ev:2#1", "ev:2#2", "ev:2#3", "ev:2#4"];
    assert_eq!(
        found,
        [("C18-05:segment:cde:Other", all.to_vec()), ("C18-05:segment:cde:Scope", first.to_vec()),]
    );
}

#[test]
fn policies_count_as_use_only_where_they_were_read() {
    let denied = [("pc/policies", State::Denied)];
    let (state, reason) = Case::new(18, TAGS).reach(&denied).check("C18-11");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("pc/policies"));
    // A module that answers nowhere has no policies.
    let compliance = ENDPOINTS.iter().filter(|endpoint| endpoint.module == Module::Pc);
    let refused: Vec<_> = compliance.map(|endpoint| (endpoint.id, State::NotSubscribed)).collect();
    assert_eq!(Case::new(18, TAGS).reach(&refused).check("C18-11").0, CheckState::Fail);
}

/// A declared network whose hosts carry a tag.
fn scope(cidr: &str, network_id: i64, segment: Option<&str>, tag: Option<&str>) -> Network {
    Network {
        cidr: cidr.parse().unwrap(),
        network_id,
        name: None,
        owner: None,
        segment: segment.map(str::to_owned),
        env: None,
        scope: tag.map(str::to_owned),
        monitored: Monitored::Yes,
        ends: None,
        note: None,
    }
}

fn scoped(rows: &str, networks: Vec<Network>) -> Case<'_> {
    let networks = Some(Networks { entries: networks });
    Case::new(18, rows).inputs(Inputs { networks, ..Inputs::default() })
}

/// `tagged` of `all` hosts with the tag, at 10.0.0.1 and on.
fn placed(tagged: u32, all: u32) -> String {
    fleet(tagged, all) + "UPDATE host SET ip = unhex(printf('0A00%04X', id));"
}

#[test]
fn scopes_at_their_limit() {
    let state = |tagged, all| {
        let rows = placed(tagged, all);
        let case = scoped(&rows, vec![scope("10.0.0.0/16", 0, Some("cde"), Some("Scope"))]);
        case.check("C18-05").0
    };
    assert_eq!(state(98, 100), CheckState::Pass);
    assert_eq!(state(97, 100), CheckState::Fail);
}

#[test]
fn scopes_by_segment_network_and_tag() {
    let rows = placed(0, 100);
    let keys = |networks| scoped(&rows, networks).keys("C18-05");
    // Two rows of one segment are one scope; a row alone is called by its block.
    let networks = vec![
        scope("10.0.0.0/27", 0, Some("cde"), Some("Scope")),
        scope("10.0.0.32/27", 0, Some("cde"), Some("Scope")),
        scope("10.0.0.0/24", 0, None, Some("no such tag")),
        scope("10.0.0.0/24", 0, Some("office"), None),
    ];
    let expected = ["C18-05:segment:10.0.0.0/24@0:no such tag", "C18-05:segment:cde:Scope"];
    assert_eq!(keys(networks), expected);
    // Another network, and addresses without hosts, hold nobody.
    let elsewhere = vec![
        scope("10.0.0.0/24", 3, Some("cde"), Some("Scope")),
        scope("10.9.0.0/24", 0, Some("far"), Some("Scope")),
    ];
    assert_eq!(scoped(&rows, elsewhere).check("C18-05").0, CheckState::NotApplicable);
}

#[test]
fn scopes_that_nobody_names_are_not_asked() {
    let (state, reason) = scoped(TAGS, vec![scope("10.0.0.0/8", 0, None, None)]).check("C18-05");
    assert_eq!(state, CheckState::NotApplicable);
    assert!(reason.unwrap().contains("scope"));
    let (state, reason) = Case::new(18, TAGS).check("C18-05");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("inputs.networks"));
}

#[test]
fn a_scope_of_hosts_whose_tags_are_not_shown_is_unknown() {
    let networks = || vec![scope("10.0.0.0/16", 0, Some("cde"), Some("Scope"))];
    let rows = placed(0, 10) + "DELETE FROM parameter;";
    assert_eq!(scoped(&rows, networks()).check("C18-05").0, CheckState::NotAssessed);
    // An IPv6 address is in its own block only.
    let rows =
        placed(10, 10) + "UPDATE host SET ip = NULL, ipv6 = X'20010DB8000000000000000000000001';";
    let six = vec![scope("2001:db8::/64", 0, Some("six"), Some("other"))];
    assert_eq!(scoped(&rows, six).keys("C18-05"), ["C18-05:segment:six:other"]);
    let beside = vec![scope("2001:db8:0:1::/64", 0, Some("six"), Some("other"))];
    assert_eq!(scoped(&rows, beside).check("C18-05").0, CheckState::NotApplicable);
    assert_eq!(scoped(&rows, networks()).check("C18-05").0, CheckState::NotApplicable);
}

#[test]
fn a_tag_of_no_list_makes_its_own_host_unknown() {
    let rows = placed(1, 10)
        + "INSERT INTO host_tag SELECT row, 999, 'unlisted' FROM host WHERE id IN (1, 2);";
    let networks = vec![scope("10.0.0.0/16", 0, Some("cde"), Some("Scope"))];
    let report = scoped(&rows, networks).report();
    let facts = |check: &str| {
        let finding = report.findings.iter().find(|finding| finding.check == check).unwrap();
        finding.facts.clone()
    };
    assert_eq!(facts("C18-05")["lacking_hosts"], 8);
    assert_eq!(facts("C18-05")["unknown_hosts"], 1);
    assert_eq!(facts("C18-02")["untagged_hosts"], 8);
    assert_eq!(facts("C18-02")["unknown_hosts"], 1);
}
