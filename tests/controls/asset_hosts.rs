//! Control 4: strangers, names, tags and hosts that may be gone.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState;
use qualys_sec_inspector::profile::Asset;

use super::{DAY, HEALTHY, asset, given, named, network};
use crate::case::{AS_OF, Case};

#[test]
fn strangers_at_the_edges_of_declared_networks() {
    let strangers = |columns: &str| {
        let change = format!("UPDATE host SET {columns};");
        let declared = vec![
            network("10.0.0.0/24", 0),
            network("2001:db8::/64", 0),
            network("2001:db8:1::/64", 3),
        ];
        let case = Case::new(4, HEALTHY).inputs(given(declared, vec![])).change(&change);
        case.keys("C04-06").len()
    };
    assert_eq!(strangers("ip = X'0A000000'"), 0);
    assert_eq!(strangers("ip = X'0A0000FF'"), 0);
    assert_eq!(strangers("ip = X'09FFFFFF'"), 1);
    assert_eq!(strangers("ip = X'0A000100'"), 1);
    let six = |address: &str| strangers(&format!("ip = NULL, ipv6 = X'{address}'"));
    assert_eq!(six("20010DB8000000000000000000000000"), 0);
    assert_eq!(six("20010DB800000000FFFFFFFFFFFFFFFF"), 0);
    assert_eq!(six("20010DB7FFFFFFFFFFFFFFFFFFFFFFFF"), 1);
    assert_eq!(six("20010DB8000000010000000000000000"), 1);
    // Declared in another network.
    assert_eq!(six("20010DB8000100000000000000000001"), 1);
    assert_eq!(
        strangers("ip = NULL, ipv6 = X'20010DB8000100000000000000000001', network_id = 3"),
        0
    );
}

#[test]
fn a_host_without_an_address_is_in_no_place() {
    let state = |assets| {
        let inputs = given(vec![network("10.0.0.0/24", 0)], assets);
        Case::new(4, HEALTHY).inputs(inputs).change("UPDATE host SET ip = NULL;").check("C04-06").0
    };
    assert_eq!(state(vec![]), CheckState::NotAssessed);
    assert_eq!(state(vec![named("A-1", "web")]), CheckState::Pass);
}

#[test]
fn known_hosts_outside_of_declared_networks_are_no_strangers() {
    let metric = |assets| {
        let inputs = given(vec![network("10.9.0.0/24", 0)], assets);
        Case::new(4, HEALTHY).inputs(inputs).metric("hosts_unknown")
    };
    assert_eq!(metric(vec![]), (Some(1), Some(1)));
    assert_eq!(metric(vec![named("A-1", "web")]), (Some(0), Some(1)));
}

#[test]
fn what_the_portal_says_of_a_host_is_of_that_host() {
    let change = "INSERT INTO host (row, id, ip, last_activity, \"offset\", length) VALUES ((3 << 24) + 2, 2, X'0A000002', 1774742400, 90, 90);
        INSERT INTO host_asset (row, id, host_id, instance_id, \"offset\", length) VALUES ((3 << 24) + 9, 91, 2, 'i-2', 0, 90);";
    let cloud = Asset { instance_id: Some("i-2".to_owned()), ..asset("A-2") };
    let inputs = given(vec![network("10.9.0.0/24", 0)], vec![cloud]);
    let case = Case::new(4, HEALTHY).inputs(inputs).change(change);
    assert_eq!(case.keys("C04-06"), ["C04-06:host:1"]);
}

#[test]
fn an_address_that_only_the_portal_has_is_known() {
    let placed = |ip: [u8; 4]| {
        let change = "INSERT INTO host_asset (row, id, address, \"offset\", length) VALUES ((3 << 24) + 9, 91, X'0A000032', 0, 90);";
        let inputs = given(vec![], vec![Asset { ip: Some(ip.to_vec()), ..asset("A-1") }]);
        Case::new(4, HEALTHY).inputs(inputs).change(change).check("C04-05").0
    };
    assert_eq!(placed([10, 0, 0, 50]), CheckState::Pass);
    assert_eq!(placed([10, 0, 0, 51]), CheckState::Fail);
}

#[test]
fn names_without_a_first_part_are_not_alike() {
    let inputs = given(vec![], vec![Asset { fqdn: Some(".test".to_owned()), ..asset("A-1") }]);
    let change = "UPDATE host SET dns = '.example';";
    let case = Case::new(4, HEALTHY).inputs(inputs).change(change);
    assert_eq!(case.keys("C04-05"), ["C04-05:asset:A-1"]);
}

#[test]
fn a_host_inside_makes_an_ipv6_network_known() {
    let state = |address: &str, network_id: i64| {
        let change = format!("UPDATE host SET ipv6 = X'{address}', network_id = {network_id};");
        let inputs = given(vec![network("2001:db8::/64", 0)], vec![]);
        Case::new(4, HEALTHY).inputs(inputs).change(&change).check("C04-01").0
    };
    assert_eq!(state("20010DB8000000000000000000000000", 0), CheckState::Pass);
    assert_eq!(state("20010DB800000000FFFFFFFFFFFFFFFF", 0), CheckState::Pass);
    assert_eq!(state("20010DB8000000010000000000000000", 0), CheckState::NotAssessed);
    assert_eq!(state("20010DB8000000000000000000000000", 3), CheckState::NotAssessed);
}

#[test]
fn hosts_that_groups_hold_by_name_count_in_their_network() {
    let keys = |change: &str| {
        let change =
            format!("UPDATE ip_range SET network_id = 3; DELETE FROM group_range; {change}");
        Case::new(4, HEALTHY).change(&change).keys("C04-03")
    };
    assert_eq!(keys(""), ["C04-03:ip_range:10.0.0.0-10.0.0.255@3"]);
    let without = ["C04-03:ip_range:10.0.0.0-10.0.0.0@3", "C04-03:ip_range:10.0.0.2-10.0.0.255@3"];
    assert_eq!(keys("UPDATE host SET network_id = 3;"), without);
    // Held by the list of the group instead of its own, and by the one that holds everything.
    let listed = "UPDATE host SET network_id = 3; DELETE FROM host_group;
        INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 2, 1, 'All', 90, 90);";
    let by = |group: u32| {
        keys(&format!("{listed} INSERT INTO group_host VALUES ((1 << 24) + {group}, 1);"))
    };
    assert_eq!(by(1), without);
    assert_eq!(by(2), ["C04-03:ip_range:10.0.0.0-10.0.0.255@3"]);
}

#[test]
fn tags_of_no_list_matter_to_hosts_in_no_group_alone() {
    let tag = "INSERT INTO host_tag VALUES ((3 << 24) + 1, 999, 'of no list');";
    assert_eq!(Case::new(4, HEALTHY).change(tag).check("C04-04").0, CheckState::Pass);
    let alone = format!("{tag} DELETE FROM host_group;");
    let (state, reason) = Case::new(4, HEALTHY).change(&alone).check("C04-04");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("am/tags"));
}

#[test]
fn a_day_of_the_future_is_still_now() {
    let state = |ahead: i64| {
        let change = format!("UPDATE host SET last_activity = {};", AS_OF + ahead);
        Case::new(4, HEALTHY).change(&change).check("C04-10").0
    };
    assert_eq!(state(DAY), CheckState::Pass);
    assert_eq!(state(DAY + 1), CheckState::NotAssessed);
}

/// Without the portal a cloud instance may be terminated, and then it is in none of the checks.
#[test]
fn a_cloud_instance_that_may_be_gone_is_unknown() {
    let cut = [("am/host-assets", State::Truncated)];
    let lost = format!(
        "UPDATE host SET cloud_resource_id = 'i-1', ip = X'0A000901', last_activity = {}; DELETE FROM host_group;",
        AS_OF - 91 * DAY
    );
    let stranger = "UPDATE host SET cloud_resource_id = 'i-1', ip = X'0A000901';";
    for (check, change) in [("C04-04", &*lost), ("C04-06", stranger), ("C04-10", &*lost)] {
        let inputs = || given(vec![network("10.0.0.0/24", 0)], vec![]);
        let case = || Case::new(4, HEALTHY).inputs(inputs()).change(change);
        assert_eq!(case().check(check).0, CheckState::Fail, "{check}");
        let (state, reason) = case().reach(&cut).check(check);
        assert_eq!(state, CheckState::NotAssessed, "{check}");
        assert!(reason.unwrap().contains("am/host-assets"), "{check}");
        // The part that was read shows it, or it is no cloud instance.
        let shown = format!(
            "{change} INSERT INTO host_asset (row, id, host_id, instance_state, \"offset\", length) VALUES ((3 << 24) + 9, 91, 1, 'RUNNING', 0, 90);"
        );
        let plain = change.replace("cloud_resource_id = 'i-1', ", "");
        for change in [&shown, &plain] {
            let case = Case::new(4, HEALTHY).inputs(inputs()).change(change).reach(&cut);
            assert_eq!(case.check(check).0, CheckState::Fail, "{check}: {change}");
        }
    }
}

/// "Group is empty; not All": whatever the profile leaves out.
#[test]
fn the_group_of_everything_is_never_empty() {
    let empty = "INSERT INTO asset_group (row, id, title, owner_user_id, \"offset\", length)
        VALUES ((1 << 24) + 2, 1, 'All', 501, 90, 90), ((1 << 24) + 3, 2, 'All of it', 501, 180, 90);";
    let case = Case::new(4, HEALTHY).change(empty);
    let case = case.set(|profile| profile.scope.ignore_asset_groups = Vec::new());
    assert_eq!(case.keys("C04-07"), ["C04-07:asset_group:2"]);
}
