//! Control 14: what is public, who looks at it from outside, how often, and what nobody knows.

use std::collections::BTreeMap;

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::Outcome;
use qualys_sec_inspector::profile::{
    Asset, Assets, Asv, Attestation, Attestations, Expectation, Exposure, Inputs, Monitored,
    Network, Networks, Ports, Profile,
};

use crate::case::{AS_OF, Case, PERIMETER, shown};

fn network(cidr: &str) -> Network {
    Network {
        cidr: cidr.parse().unwrap(),
        network_id: 0,
        name: None,
        owner: None,
        segment: None,
        env: Some("external".to_owned()),
        scope: None,
        monitored: Monitored::Yes,
        ends: None,
        note: None,
    }
}

fn declared(entries: Vec<Network>) -> Inputs {
    Inputs { networks: Some(Networks { entries }), ..Inputs::default() }
}

fn full_ports(profile: &mut Profile) {
    let expected = Expectation { tcp: Some(Ports::Full), ..Expectation::default() };
    profile.option_profiles.expect = BTreeMap::from([("external".to_owned(), expected)]);
}

#[test]
fn fixture() {
    let inside = Some("internal".to_owned());
    let inputs = declared(vec![
        Network { owner: Some("Web team".to_owned()), ..network("192.0.2.0/28") },
        Network { name: Some("branch".to_owned()), ..network("198.51.100.128/28") },
        network("192.0.2.32/27"),
        Network { monitored: Monitored::No, ..network("203.0.113.96/28") },
        Network { env: inside, ..network("203.0.113.0/28") },
        Network { ends: Some(AS_OF), ..network("198.51.100.192/28") },
    ]);
    let case = Case::new(14, PERIMETER).set(full_ports).inputs(inputs);
    insta::assert_snapshot!(shown(&case.report()));
}

/// Sixteen public addresses in a group, scanned from outside every week, as last week.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {AS_OF}, 'a1', 900, 1), (2, 'vm/scan-schedules', 1, '5.0', {AS_OF}, 'a2', 900, 1), (3, 'vm/schedule-runs', 1, '2.0', {AS_OF}, 'a3', 900, 1), (4, 'vm/ips', 1, '2.0', {AS_OF}, 'a4', 900, 1), (5, 'vm/option-profiles', 1, '7.0', {AS_OF}, 'a5', 900, 1);
         INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 1, 10, 'front', 0, 90);
         INSERT INTO group_range VALUES ((1 << 24) + 1, 0, X'C0000200', X'C000020F');
         INSERT INTO ip_range (row, network_id, first, last, \"offset\", length) VALUES ((4 << 24) + 1, 0, X'C0000200', X'C000020F', 0, 20);
         INSERT INTO scan_schedule (row, id, title, active, network_id, scanner, option_profile, interval_days, start, \"offset\", length) VALUES ((2 << 24) + 1, 51, 'weekly', 1, 0, 'External Scanner', 'all', 7, {AS_OF} - 9000000, 0, 90);
         INSERT INTO schedule_group VALUES ((2 << 24) + 1, 'front');
         INSERT INTO schedule_run (row, schedule_id, reference, launched, state, \"offset\", length) VALUES ((3 << 24) + 1, 51, 'scan/1.1', {AS_OF} - 86400, 'Finished', 0, 50);
         INSERT INTO option_profile (row, family, id, title, tcp_ports, hash, \"offset\", length) VALUES ((5 << 24) + 1, 'vm', 201, 'all', 'full', 'h', 0, 90);"
    )
}

const NO_SCHEDULE: &str = "DELETE FROM scan_schedule; DELETE FROM schedule_group;";

#[test]
fn a_healthy_perimeter_has_no_finding() {
    let rows = healthy();
    let inputs = declared(vec![network("192.0.2.0/28")]);
    let case = Case::new(14, &rows).set(full_ports).inputs(inputs);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    for check in ["01", "02", "03", "04", "05", "06", "07"] {
        assert_eq!(case.check(&format!("C14-{check}")).0, Pass, "{check}");
    }
    assert_eq!(case.check("C14-08").0, NotApplicable);
}

#[test]
fn a_perimeter_that_nobody_knows_of_is_a_warning() {
    let state = |exposure| {
        let case = Case::new(14, "").set(|profile| profile.scope.external_exposure = exposure);
        (case.check("C14-01").0, case.outcome())
    };
    assert_eq!(state(Exposure::Unknown), (Warn, Outcome::Warn));
    assert_eq!(state(Exposure::Declared), (Warn, Outcome::Warn));
    assert_eq!(state(Exposure::None), (NotApplicable, Outcome::NotApplicable));
    // Addresses that are there are judged whatever the profile says of exposure.
    let rows = healthy();
    let case = Case::new(14, &rows).change(NO_SCHEDULE);
    let case = case.set(|profile| profile.scope.external_exposure = Exposure::None);
    assert_eq!(case.keys("C14-01"), ["C14-01:ip_range:192.0.2.0-192.0.2.15@0"]);
}

#[test]
fn declarations_decide_before_addresses_do() {
    let rows = healthy();
    let keys = |entries: Vec<Network>, change: &str, exposure| {
        let change = format!("{NO_SCHEDULE} {change}");
        let case = Case::new(14, &rows).change(&change).inputs(declared(entries));
        case.set(|profile| profile.scope.external_exposure = exposure).keys("C14-01")
    };
    let env = |env: &str, cidr| Network { env: Some(env.to_owned()), ..network(cidr) };
    let all = ["C14-01:ip_range:192.0.2.0-192.0.2.15@0"];
    let half = ["C14-01:ip_range:192.0.2.0-192.0.2.7@0"];
    let unknown = Exposure::Unknown;
    assert_eq!(keys(vec![], "", unknown), all);
    assert_eq!(keys(vec![env("internal", "192.0.2.8/29")], "", unknown), half);
    assert_eq!(keys(vec![env("prod", "192.0.2.8/29")], "", unknown), all);
    let unmonitored = Network { monitored: Monitored::DiscoveryOnly, ..network("192.0.2.8/29") };
    assert_eq!(keys(vec![unmonitored], "", unknown), half);
    // External before internal, declared before undeclared, and only as long as it is valid.
    let both = vec![env("internal", "192.0.2.0/28"), env("external", "192.0.2.0/29")];
    assert_eq!(keys(both, "", unknown), half);
    assert_eq!(keys(vec![env("external", "192.0.2.0/29")], "", unknown), all);
    assert_eq!(keys(vec![env("external", "192.0.2.0/29")], "", Exposure::Declared), half);
    let expired = Network { ends: Some(AS_OF), ..env("internal", "192.0.2.8/29") };
    assert_eq!(keys(vec![expired], "", unknown), all);
    let last_day = Network { ends: Some(AS_OF + 1), ..env("internal", "192.0.2.8/29") };
    assert_eq!(keys(vec![last_day], "", unknown), half);
    // Of another network, so another address.
    let elsewhere = Network { network_id: 7, ..env("internal", "192.0.2.8/29") };
    assert_eq!(keys(vec![elsewhere], "", unknown), all);
    // A private block that is declared to be external is what somebody says it is.
    let private =
        "UPDATE ip_range SET first = X'0A000000', last = X'0A00000F'; DELETE FROM group_range;";
    assert_eq!(keys(vec![], private, unknown), [""; 0]);
    let keys = keys(vec![env("external", "10.0.0.0/30")], private, unknown);
    assert_eq!(keys, ["C14-01:ip_range:10.0.0.0-10.0.0.3@0"]);
}

#[test]
fn segments_declare_blocks_and_groups() {
    let folder = tempfile::tempdir().unwrap();
    let rows = healthy();
    let keys = |text: &str, check: &str| {
        let file = folder.path().join("profile.toml");
        std::fs::write(&file, text).unwrap();
        let profile = Profile::load(Some(&file), None, &[]).unwrap();
        let case = Case::new(14, &rows).change(NO_SCHEDULE).set(|current| *current = profile);
        case.keys(check)
    };
    let inside = "[[segment]]\nid = \"a\"\ntype = \"internal\"\ncidrs = [\"192.0.2.8/29\"]\n";
    assert_eq!(keys(inside, "C14-01"), ["C14-01:ip_range:192.0.2.0-192.0.2.7@0"]);
    let group = "[[segment]]\nid = \"a\"\ntype = \"mgmt\"\nasset_groups = [\"front\"]\n";
    assert_eq!(keys(group, "C14-01"), [""; 0]);
    let dmz = "[[segment]]\nid = \"a\"\ntype = \"dmz\"\ncidrs = [\"192.0.2.0/24\"]\n";
    assert_eq!(keys(dmz, "C14-01"), ["C14-01:ip_range:192.0.2.0-192.0.2.15@0"]);
    let external = "[[segment]]\nid = \"a\"\ntype = \"external\"\ncidrs = [\"198.51.100.0/30\"]\n";
    assert_eq!(keys(external, "C14-06"), ["C14-06:network_range:198.51.100.0/30@0"]);
}

#[test]
fn ends_of_a_declared_block_are_nobodys() {
    let rows = healthy();
    let state = |cidr: &str, subscribed: &str| {
        let change = format!("DELETE FROM group_range; UPDATE ip_range SET {subscribed};");
        let case = Case::new(14, &rows).change(&change).inputs(declared(vec![network(cidr)]));
        case.check("C14-06").0
    };
    assert_eq!(state("192.0.2.0/28", "first = X'C0000201', last = X'C000020E'"), Pass);
    assert_eq!(state("192.0.2.0/28", "first = X'C0000202', last = X'C000020E'"), Fail);
    assert_eq!(state("192.0.2.0/31", "first = X'C0000201', last = X'C000020E'"), Fail);
    assert_eq!(state("192.0.2.1/32", "first = X'C0000201', last = X'C000020E'"), Pass);
    // A list that names networks says in which they are not.
    assert_eq!(state("192.0.2.0/28", "network_id = 7"), Fail);
    assert_eq!(state("2001:db8::/48", "network_id = 0"), Fail);
    let subscribed =
        "first = X'20010DB8000000000000000000000001', last = X'20010DB8000000000000000000000001'";
    assert_eq!(state("2001:db8::/48", subscribed), Pass);
    // IPv6 is counted in hosts: without their list nobody knows whether the block is there.
    let inputs = declared(vec![network("2001:db8::/48")]);
    let unread = [("vm/hosts", State::Denied)];
    let (state, reason) = Case::new(14, &rows).reach(&unread).inputs(inputs).check("C14-06");
    assert_eq!(state, NotAssessed);
    assert!(reason.unwrap().contains("vm/hosts"));
    assert_eq!(Case::new(14, &rows).check("C14-06").0, NotAssessed);
}

/// The list of addresses may name no networks; then asset groups tell which network they are of.
#[test]
fn a_list_without_networks_makes_no_second_perimeter() {
    let rows = healthy();
    let in_seven = "UPDATE group_range SET network_id = 7; UPDATE asset_group SET network_id = 7; UPDATE scan_schedule SET network_id = 7;";
    assert_eq!(Case::new(14, &rows).change(in_seven).keys("C14-01"), [""; 0]);
    let in_both = format!(
        "{in_seven} INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 2, 11, 'twin', 100, 90); INSERT INTO group_range VALUES ((1 << 24) + 2, 0, X'C0000200', X'C0000207');"
    );
    let keys = Case::new(14, &rows).change(&in_both).keys("C14-01");
    assert_eq!(keys, ["C14-01:ip_range:192.0.2.0-192.0.2.7@0"]);
    let named = format!(
        "{in_seven} INSERT INTO ip_range (row, network_id, first, last, \"offset\", length) VALUES ((4 << 24) + 2, 7, X'C0000200', X'C000020F', 100, 20);"
    );
    let keys = Case::new(14, &rows).change(&named).keys("C14-01");
    assert_eq!(keys, ["C14-01:ip_range:192.0.2.0-192.0.2.15@0"]);
}

#[test]
fn the_shortest_interval_decides_at_the_limit() {
    let rows = healthy();
    let state = |change: &str| Case::new(14, &rows).change(change).check("C14-02").0;
    assert_eq!(state("UPDATE scan_schedule SET interval_days = 30;"), Pass);
    assert_eq!(state("UPDATE scan_schedule SET interval_days = 31;"), Fail);
    let second = |scanner: &str, days: u8| {
        format!(
            "UPDATE scan_schedule SET interval_days = 31;
             INSERT INTO scan_schedule (row, id, title, active, network_id, scanner, interval_days, \"offset\", length) VALUES ((2 << 24) + 2, 52, 'second', 1, 0, {scanner}, {days}, 100, 90);
             INSERT INTO schedule_group VALUES ((2 << 24) + 2, 'front');"
        )
    };
    assert_eq!(state(&second("'External Scanner'", 30)), Pass);
    assert_eq!(state(&second("'va-1'", 30)), Fail);
    assert_eq!(state(&second("NULL", 30)), NotAssessed);
    assert_eq!(state(&second("NULL", 31)), Fail);
}

/// What is not known of a schedule never covers anything.
#[test]
fn an_unknown_scanner_or_target_leaves_addresses_unknown() {
    let rows = healthy();
    let state = |change: &str| {
        let case = Case::new(14, &rows).change(change);
        (case.check("C14-01").0, case.check("C14-03").0)
    };
    assert_eq!(state("UPDATE scan_schedule SET scanner = NULL;"), (NotAssessed, NotAssessed));
    assert_eq!(state("UPDATE scan_schedule SET scanner = 'Default';"), (NotAssessed, NotAssessed));
    let maybe = "UPDATE scan_schedule SET active = NULL, scanner = 'va-1';";
    assert_eq!(state(maybe), (Fail, NotAssessed));
    assert_eq!(state("UPDATE scan_schedule SET active = NULL;"), (NotAssessed, Pass));
    assert_eq!(state("UPDATE scan_schedule SET scanner = 'External';"), (Fail, Fail));
    assert_eq!(state("UPDATE scan_schedule SET active = 3;"), (Fail, Pass));
    assert_eq!(state("UPDATE scan_schedule SET interval_days = NULL;"), (Fail, Pass));
    assert_eq!(state("UPDATE scan_schedule SET network_id = 7;"), (Fail, Pass));
    let by_tag = "UPDATE scan_schedule SET target = 'Asset Tags Included', network_id = 0; DELETE FROM schedule_group; INSERT INTO schedule_tag VALUES ((2 << 24) + 1, 'front', 0);";
    assert_eq!(state(by_tag), (NotAssessed, Pass));
    let tags_read =
        format!("{by_tag} INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');");
    assert_eq!(state(&tags_read), (Fail, Pass));
}

#[test]
fn hosts_denied_leave_a_perimeter_that_ranges_cover() {
    let rows = healthy();
    let case = Case::new(14, &rows).reach(&[("vm/hosts", State::Denied)]);
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    for endpoint in ["vm/ips", "vm/asset-groups", "vm/scan-schedules", "vm/excluded-ips"] {
        let denied = [(endpoint, State::Denied)];
        assert_eq!(
            Case::new(14, &rows).reach(&denied).outcome(),
            Outcome::NotAssessed,
            "{endpoint}"
        );
    }
    let runs = [("vm/schedule-runs", State::Denied), ("vm/scans", State::Denied)];
    assert_eq!(Case::new(14, &rows).reach(&runs).check("C14-04").0, NotAssessed);
}

#[test]
fn public_addresses_of_cloud_instances_belong_to_the_perimeter() {
    let instance = |rest: &str| {
        format!(
            "{} INSERT INTO response VALUES (6, 'am/host-assets', 1, '2.0', {AS_OF}, 'a6', 900, 1);
             INSERT INTO host_asset (row, id, cloud_provider, instance_state, public_address, \"offset\", length) VALUES ((6 << 24) + 1, 701, 'AWS', 'RUNNING', X'CB007109', 0, 90); {rest}",
            healthy()
        )
    };
    let keys = |rest: &str| Case::new(14, &instance(rest)).keys("");
    assert_eq!(keys(""), ["C14-01:ip_range:203.0.113.9-203.0.113.9@0"]);
    assert_eq!(keys("UPDATE host_asset SET instance_state = 'TERMINATED';"), [""; 0]);
    assert_eq!(keys("UPDATE host_asset SET public_address = X'0A000001';"), [""; 0]);
    let typed =
        "INSERT INTO schedule_range VALUES ((2 << 24) + 1, 'typed', X'CB007109', X'CB007109');";
    assert_eq!(keys(typed), [""; 0]);
    // It lies in the network of its own host, and is as gone as that.
    let hosts = "INSERT INTO host (row, id, network_id, dns, \"offset\", length) VALUES ((5 << 24) + 1, 1, 7, 'one.example', 0, 90), ((5 << 24) + 2, 2, 0, 'two.example', 100, 90);
        UPDATE host_asset SET host_id = 1;
        INSERT INTO host_asset (row, id, host_id, \"offset\", length) VALUES ((6 << 24) + 2, 702, 2, 100, 90);";
    assert_eq!(keys(hosts), ["C14-01:ip_range:203.0.113.9-203.0.113.9@7"]);
    let retired = |fqdn: &str| {
        let asset = Asset {
            id: "A-1".to_owned(),
            fqdn: Some(fqdn.to_owned()),
            status: Some("decommissioned".to_owned()),
            ..Asset::default()
        };
        let assets = Some(Assets { entries: vec![asset] });
        let rows = instance(hosts);
        Case::new(14, &rows).inputs(Inputs { assets, ..Inputs::default() }).keys("C14-01").len()
    };
    assert_eq!(retired("one.example"), 0);
    assert_eq!(retired("two.example"), 1);
    // A cloud perimeter scan finds its instances when it runs.
    let by_connector = format!(
        "INSERT INTO scan_schedule (row, id, title, active, network_id, scanner, cloud_connector, interval_days, start, \"offset\", length) VALUES ((2 << 24) + 2, 52, 'cloud', 1, 0, 'External Scanner', 'Production', 7, {AS_OF} - 86400, 100, 90);"
    );
    let rows = instance(&by_connector);
    let case = Case::new(14, &rows);
    assert_eq!((case.keys(""), case.check("C14-01").0), (Vec::new(), Warn));
}

#[test]
fn runs_at_the_limit() {
    let rows = healthy();
    let state = |change: &str| Case::new(14, &rows).change(change).check("C14-04").0;
    let launched =
        |seconds: i64| format!("UPDATE schedule_run SET launched = {AS_OF} - {seconds};");
    assert_eq!(state(&launched(30 * 86_400)), Pass);
    assert_eq!(state(&launched(30 * 86_400 + 1)), Fail);
    assert_eq!(state("UPDATE schedule_run SET sub_state = 'No_Host';"), Fail);
    assert_eq!(state("UPDATE schedule_run SET state = 'Canceled';"), Fail);
    assert_eq!(state("UPDATE schedule_run SET state = NULL;"), NotAssessed);
    let young =
        format!("UPDATE scan_schedule SET start = {AS_OF} - 86400; DELETE FROM schedule_run;");
    assert_eq!(state(&young), Pass);
    assert_eq!(state("UPDATE scan_schedule SET scanner = 'va-1';"), NotApplicable);
    let unsaid = format!("{} UPDATE scan_schedule SET scanner = NULL;", launched(9_000_000));
    assert_eq!(state(&unsaid), NotAssessed);
}

#[test]
fn a_scanning_vendor_is_vouched_for() {
    let state = |asv, to: Option<i64>| {
        let rows = healthy();
        let entries = to.map(|to| Attestation {
            control: 14,
            reviewer: "somebody".to_owned(),
            reviewed_from: 0,
            reviewed_to: to,
            date: to,
            evidence: "TCK-2".to_owned(),
        });
        let attestations = Attestations { entries: entries.into_iter().collect() };
        let inputs = Inputs { attestations: Some(attestations), ..Inputs::default() };
        let case = Case::new(14, &rows).inputs(inputs).set(|profile| {
            profile.c14.asv = asv;
            profile.c14.max_interval_days = 90;
        });
        (case.check("C14-08").0, case.outcome())
    };
    assert_eq!(state(Asv::NotRequired, None), (NotApplicable, Outcome::Pass));
    assert_eq!(state(Asv::Required, None), (Fail, Outcome::Pass));
    assert_eq!(state(Asv::Required, Some(AS_OF - 90 * 86_400)), (Pass, Outcome::Pass));
    assert_eq!(state(Asv::Required, Some(AS_OF - 90 * 86_400 - 1)), (Fail, Outcome::Pass));
    // Nobody vouches for what is still to come.
    assert_eq!(state(Asv::Required, Some(AS_OF + 86_400)), (Pass, Outcome::Pass));
    assert_eq!(state(Asv::Required, Some(AS_OF + 86_401)), (Fail, Outcome::Pass));
}
