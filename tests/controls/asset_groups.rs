//! Control 4: declared networks and assets against what is subscribed, known and grouped.

#[path = "asset_parts.rs"]
mod parts;

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome};
use qualys_sec_inspector::profile::{
    Asset, Assets, Inputs, Monitored, Network, Networks, Ratio, Scope,
};

use crate::case::{AS_OF, Case, GROUPS, shown};

#[path = "asset_hosts.rs"]
mod hosts;

const DAY: i64 = 86_400;

fn network(cidr: &str, network_id: i64) -> Network {
    Network {
        cidr: cidr.parse().unwrap(),
        network_id,
        name: None,
        owner: None,
        segment: None,
        env: None,
        scope: None,
        monitored: Monitored::Yes,
        ends: None,
        note: None,
    }
}

fn asset(id: &str) -> Asset {
    Asset { id: id.to_owned(), status: Some("active".to_owned()), ..Asset::default() }
}

fn named(id: &str, hostname: &str) -> Asset {
    Asset { hostname: Some(hostname.to_owned()), ..asset(id) }
}

fn given(networks: Vec<Network>, assets: Vec<Asset>) -> Inputs {
    Inputs {
        networks: Some(Networks { entries: networks }),
        assets: Some(Assets { entries: assets }),
        ..Inputs::default()
    }
}

fn networks() -> Vec<Network> {
    let spared = |cidr, monitored, ends| Network { monitored, ends, ..network(cidr, 0) };
    vec![
        Network {
            name: Some("offices".to_owned()),
            owner: Some("workplace".to_owned()),
            segment: Some("office".to_owned()),
            ..network("10.0.0.0/23", 0)
        },
        // All but the network and the broadcast address.
        network("10.0.2.0/24", 0),
        Network {
            name: Some("plant".to_owned()),
            owner: Some("works".to_owned()),
            ..network("10.0.3.0/24", 0)
        },
        network("10.0.4.0/24", 0),
        spared("10.0.4.16/28", Monitored::No, None),
        Network { name: Some("forgotten".to_owned()), ..network("10.0.5.0/24", 0) },
        spared("10.0.6.0/24", Monitored::No, Some(AS_OF + 1)),
        spared("10.0.7.0/24", Monitored::No, Some(AS_OF)),
        spared("10.0.8.0/24", Monitored::DiscoveryOnly, None),
        network("10.0.0.0/24", 7),
        network("10.0.9.0/24", 7),
        network("192.0.2.0/25", 0),
        network("2001:db8::/64", 0),
        network("2001:db8:1::/64", 0),
    ]
}

fn assets() -> Vec<Asset> {
    let cloud = |id, instance: &str| Asset { instance_id: Some(instance.to_owned()), ..asset(id) };
    let placed = |id, ip: [u8; 4]| Asset { ip: Some(ip.to_vec()), ..asset(id) };
    vec![
        asset("aaaa-08"),
        cloud("A-09", "I-0009"),
        cloud("A-10", "i-0010"),
        named("A-11", "Office11"),
        Asset {
            ipv6: Some([0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7].to_vec()),
            ..asset("A-12")
        },
        // The address is another instance's by now.
        Asset { ip: Some(vec![10, 0, 0, 13]), ..cloud("A-13", "i-9999") },
        // The address is in two networks.
        placed("A-14", [10, 0, 0, 14]),
        named("A-15", "plain-15"),
        Asset { fqdn: Some("STRANGER-of-the-inventory.example".to_owned()), ..asset("A-29") },
        cloud("A-50", "i-0050"),
        named("A-51", "lost"),
        Asset { status: Some("retired".to_owned()), ..named("A-52", "lost-and-retired") },
        Asset { first_seen: Some(AS_OF - 7 * DAY), ..named("A-53", "new") },
        Asset { first_seen: Some(AS_OF - 7 * DAY - 1), ..named("A-54", "not-so-new") },
        asset("A-55"),
        Asset { status: None, ..named("A-56", "lost-without-status") },
        placed("A-57", [10, 0, 0, 1]),
    ]
}

fn planted() -> Case<'static> {
    Case::new(4, GROUPS).inputs(given(networks(), assets()))
}

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&planted().report()));
}

#[test]
fn every_check_finds_what_was_planted_and_nothing_else() {
    let expected: [(&str, &[&str]); 11] = [
        (
            "C04-01",
            &[
                "C04-01:network_range:10.0.5.0/24@0",
                "C04-01:network_range:10.0.7.0/24@0",
                "C04-01:network_range:10.0.9.0/24@7",
            ],
        ),
        (
            "C04-02",
            &[
                "C04-02:network_range:10.0.0.0/24@7",
                "C04-02:network_range:10.0.3.0/24@0",
                "C04-02:network_range:10.0.4.0/24@0",
            ],
        ),
        (
            "C04-03",
            &[
                "C04-03:ip_range:10.0.2.1-10.0.2.8@0",
                "C04-03:ip_range:10.0.2.10-10.0.2.254@0",
                "C04-03:ip_range:10.0.3.0-10.0.3.126@0",
                "C04-03:ip_range:10.0.4.10-10.0.4.10@0",
            ],
        ),
        ("C04-04", &["C04-04:host:21", "C04-04:host:22", "C04-04:host:23"]),
        (
            "C04-05",
            &["C04-05:asset:A-13", "C04-05:asset:A-51", "C04-05:asset:A-54", "C04-05:asset:A-56"],
        ),
        ("C04-06", &["C04-06:host:28"]),
        ("C04-07", &["C04-07:asset_group:11"]),
        ("C04-08", &["C04-08:asset_group:16", "C04-08:asset_group:17"]),
        (
            "C04-09",
            &[
                "C04-09:ip_range:10.0.1.0-10.0.1.127@7:18",
                "C04-09:ip_range:192.0.2.128-192.0.2.255@0:19",
            ],
        ),
        ("C04-10", &["C04-10:host:3"]),
        ("C04-11", &["C04-11:ip_range:10.0.0.128-10.0.1.127@0:7"]),
    ];
    for (check, keys) in expected {
        assert_eq!(planted().keys(check), keys, "{check}");
    }
    let unknown = |id: &str| {
        let report = planted().report();
        report.controls[0].checks.iter().find(|check| check.id == id).unwrap().unknown
    };
    // Discovery only, and IPv6 without a host.
    assert_eq!(unknown("C04-01"), 2);
    // A tag of no list.
    assert_eq!(unknown("C04-04"), 1);
    // An address of two networks, and nothing to go by.
    assert_eq!(unknown("C04-05"), 2);
    // No owner, and an owner without status.
    assert_eq!(unknown("C04-08"), 2);
    // Without a date, and with one in the future.
    assert_eq!(unknown("C04-10"), 2);
}

#[test]
fn without_files_the_rest_is_judged_and_nothing_passes() {
    let case = Case::new(4, GROUPS);
    for check in ["C04-01", "C04-02", "C04-05", "C04-06", "C04-09"] {
        let (state, reason) = case.check(check);
        assert_eq!(state, CheckState::NotAssessed, "{check}");
        assert!(reason.unwrap().contains("inputs."), "{check}");
    }
    assert_eq!(case.check("C04-07").0, CheckState::Fail);
    assert_eq!(Case::new(4, HEALTHY).outcome(), Outcome::NotAssessed);
    let offices = Networks { entries: vec![network("10.0.0.0/24", 0)] };
    let half = Inputs { networks: Some(offices), ..Inputs::default() };
    let half = Case::new(4, HEALTHY).inputs(half);
    assert_eq!(half.check("C04-06").0, CheckState::NotAssessed);
    assert_eq!(half.outcome(), Outcome::NotAssessed);
}

/// One group of one owner with one host at 10.0.0.1.
const HEALTHY: &str = "INSERT INTO response VALUES
        (1, 'vm/asset-groups', 1, '2.0', 1774742400, 'a1', 900, 1), (2, 'vm/ips', 1, '2.0', 1774742400, 'a2', 900, 1),
        (3, 'vm/hosts', 1, '5.0', 1774742400, 'a3', 900, 1), (6, 'vm/users', 1, '2.0', 1774742400, 'a6', 900, 1);
    INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');
    INSERT INTO user (row, id, login, status, \"offset\", length) VALUES ((6 << 24) + 1, 501, 'acme_ab1', 'Active', 0, 90);
    INSERT INTO asset_group (row, id, title, owner_user_id, \"offset\", length) VALUES ((1 << 24) + 1, 10, 'all of it', 501, 0, 90);
    INSERT INTO group_range VALUES ((1 << 24) + 1, 0, X'0A000000', X'0A0000FF');
    INSERT INTO ip_range VALUES ((2 << 24) + 1, 0, X'0A000000', X'0A0000FF', 0, 40);
    INSERT INTO host (row, id, ip, dns, last_activity, \"offset\", length) VALUES ((3 << 24) + 1, 1, X'0A000001', 'web.example', 1774742400, 0, 90);
    INSERT INTO host_group VALUES ((3 << 24) + 1, 10);";

#[test]
fn what_is_whole_passes() {
    let inputs = given(vec![network("10.0.0.0/24", 0)], vec![named("A-1", "web")]);
    let case = Case::new(4, HEALTHY).inputs(inputs);
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    assert_eq!(case.keys(""), Vec::<String>::new());
}

#[test]
fn a_network_at_its_limit() {
    let state = |last: &str, ratio: u32| {
        let change = format!("UPDATE ip_range SET last = X'{last}';");
        let inputs = given(vec![network("10.0.0.0/24", 0)], vec![]);
        let case = Case::new(4, HEALTHY).inputs(inputs).change(&change);
        let case = case.set(|profile| profile.c04.range_cover_min = Ratio::millionths(ratio));
        (case.check("C04-01").0, case.check("C04-02").0)
    };
    let (pass, fail) = (CheckState::Pass, CheckState::Fail);
    assert_eq!(state("0A0000FF", 1_000_000), (pass, pass));
    // The broadcast address is no host, the one before it is.
    assert_eq!(state("0A0000FE", 1_000_000), (pass, pass));
    assert_eq!(state("0A0000FD", 1_000_000), (pass, fail));
    assert_eq!(state("0A00007F", 500_000), (pass, pass));
    assert_eq!(state("0A00007E", 500_000), (pass, fail));
}

#[test]
fn single_addresses_have_no_broadcast() {
    let inputs = given(vec![network("10.0.0.254/31", 0), network("10.0.1.9/32", 0)], vec![]);
    let change = "UPDATE ip_range SET last = X'0A0000FE';";
    let case = Case::new(4, HEALTHY).inputs(inputs).change(change);
    assert_eq!(case.keys("C04-02"), ["C04-02:network_range:10.0.0.254/31@0"]);
    assert_eq!(case.keys("C04-01"), ["C04-01:network_range:10.0.1.9/32@0"]);
}

#[test]
fn an_address_of_one_network_covers_no_other() {
    let inputs = given(vec![network("10.0.0.0/24", 3)], vec![]);
    let change =
        "INSERT INTO ip_range VALUES ((2 << 24) + 2, 3, X'0A000100', X'0A0001FF', 50, 40);";
    let case = Case::new(4, HEALTHY).inputs(inputs).change(change);
    assert_eq!(case.keys("C04-01"), ["C04-01:network_range:10.0.0.0/24@3"]);
    assert_eq!(case.keys("C04-06"), ["C04-06:host:1"]);
    assert_eq!(case.keys("C04-09"), ["C04-09:ip_range:10.0.0.0-10.0.0.255@0:10"]);
}

#[test]
fn a_list_without_networks_holds_for_any() {
    // The only group, its host and its declaration are of the third network.
    let change = "UPDATE group_range SET network_id = 3; UPDATE host SET network_id = 3;";
    let inputs = given(vec![network("10.0.0.0/24", 3)], vec![named("A-1", "web")]);
    let case = Case::new(4, HEALTHY).inputs(inputs).change(change);
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    assert_eq!(case.keys("C04-11"), Vec::<String>::new());
    // A host of a group that has it by name, in that network.
    let change = "DELETE FROM group_range; UPDATE host SET network_id = 3;";
    let expected = ["C04-03:ip_range:10.0.0.0-10.0.0.0@0", "C04-03:ip_range:10.0.0.2-10.0.0.255@0"];
    assert_eq!(Case::new(4, HEALTHY).change(change).keys("C04-03"), expected);
}

#[test]
fn three_networks_are_held_against_the_lowest() {
    let change = "INSERT INTO ip_range VALUES ((2 << 24) + 2, 4, X'0A0000FF', X'0A000101', 50, 40),
        ((2 << 24) + 3, 9, X'0A000000', X'0A000100', 100, 40);";
    let case = Case::new(4, HEALTHY).change(change);
    let expected = [
        "C04-11:ip_range:10.0.0.0-10.0.0.255@0:9",
        "C04-11:ip_range:10.0.0.255-10.0.0.255@0:4",
        "C04-11:ip_range:10.0.1.0-10.0.1.0@4:9",
    ];
    assert_eq!(case.keys("C04-11"), expected);
    assert_eq!(case.outcome(), Outcome::Fail, "they are in no group");
    assert_eq!(Case::new(4, HEALTHY).check("C04-11").0, CheckState::Pass);
}

#[test]
fn a_host_is_stale_after_the_limit() {
    let state = |age: i64, days: i64| {
        let change = format!("UPDATE host SET last_activity = {};", AS_OF - age);
        let case = Case::new(4, HEALTHY).change(&change);
        case.set(|profile| profile.scope = Scope { stale_days: days, ..Scope::default() })
            .check("C04-10")
            .0
    };
    assert_eq!(state(30 * DAY, 30), CheckState::Pass);
    assert_eq!(state(30 * DAY + 1, 30), CheckState::Fail);
}

#[test]
fn many_orphans_of_one_block_are_one_finding() {
    let orphans = |count: u32| {
        let change = format!(
            "DELETE FROM host_group;
             INSERT INTO host (row, id, ip, last_activity, \"offset\", length)
             WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < {count})
             SELECT (3 << 24) + i, i, unhex(printf('0A0000%02X', i)), {AS_OF}, 0, 90 FROM n;"
        );
        Case::new(4, HEALTHY).change(&change).keys("C04-04")
    };
    assert_eq!(orphans(50).len(), 50);
    assert_eq!(orphans(51), ["C04-04:ip_range:10.0.0.0-10.0.0.255@0"]);
}

#[test]
fn tags_that_are_not_shown_are_unknown() {
    let change = "DELETE FROM host_group; DELETE FROM parameter;";
    let (state, reason) = Case::new(4, HEALTHY).change(change).check("C04-04");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("show_tags"));
    // The host's record in the portal shows that it has none.
    let joined = "DELETE FROM host_group; DELETE FROM parameter;
        INSERT INTO host_asset (row, id, host_id, \"offset\", length) VALUES ((3 << 24) + 9, 91, 1, 0, 90);";
    assert_eq!(Case::new(4, HEALTHY).change(joined).check("C04-04").0, CheckState::Fail);
    let tagged = format!(
        "{joined} INSERT INTO host_asset_tag VALUES ((3 << 24) + 9, 7, 'x');
        INSERT INTO tag (row, id, name, \"offset\", length) VALUES ((3 << 24) + 8, 7, 'x', 0, 9);"
    );
    assert_eq!(Case::new(4, HEALTHY).change(&tagged).check("C04-04").0, CheckState::Pass);
}

#[test]
fn owners_whose_ids_are_not_shown_are_unknown() {
    let state = |change| Case::new(4, HEALTHY).change(change).check("C04-08").0;
    assert_eq!(state("UPDATE user SET id = 502;"), CheckState::Fail);
    assert_eq!(state("UPDATE user SET id = NULL;"), CheckState::NotAssessed);
    assert_eq!(state("UPDATE user SET status = 'Pending Activation';"), CheckState::Fail);
    assert_eq!(state("UPDATE user SET status = ' active ';"), CheckState::Pass);
}

#[test]
fn the_portal_must_be_read_before_an_asset_is_missing() {
    let inputs = || given(vec![], vec![named("A-1", "elsewhere")]);
    let denied = [("am/host-assets", State::Denied)];
    let (state, reason) = Case::new(4, HEALTHY).inputs(inputs()).reach(&denied).check("C04-05");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("am/host-assets"));
    let case = Case::new(4, HEALTHY).inputs(inputs());
    assert_eq!(case.keys("C04-05"), ["C04-05:asset:A-1"]);
}

/// Which of a host's groups is the built-in one, the list of groups alone says.
#[test]
fn hosts_in_a_group_that_was_not_read_are_no_pass() {
    let reach = [("vm/asset-groups", State::Denied)];
    let rows = "INSERT INTO host (row, id, \"offset\", length) VALUES ((1 << 24) + 1, 1, 0, 9);
        INSERT INTO host_group SELECT row, 900 FROM host;";
    let case = Case::new(4, rows).reach(&reach);
    assert_eq!(case.check("C04-04").0, CheckState::NotAssessed);
}

/// A first day that lies ahead is a fault of the file, and no grace without an end.
#[test]
fn an_asset_that_is_yet_to_be_seen_first_is_unknown() {
    let state = |first_seen: i64| {
        let asset = Asset { first_seen: Some(first_seen), ..named("A-1", "elsewhere") };
        Case::new(4, HEALTHY).inputs(given(vec![], vec![asset])).check("C04-05").0
    };
    assert_eq!(state(AS_OF + 86_400), CheckState::Pass);
    assert_eq!(state(AS_OF + 86_401), CheckState::NotAssessed);
}
