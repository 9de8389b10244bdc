//! Control 4: addresses in no group, with and without the list of hosts; hosts in no declared network.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState;
use qualys_sec_inspector::profile::{Assets, Inputs, Monitored, Network, Networks};

use crate::case::Case;

/// 10.0.0.0/24 is subscribed; the group `web` holds its first half.
const HALF: &str = "
    INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', 1774742400, 'a1', 9000, 2), (2, 'vm/ips', 1, '2.0', 1774742400, 'a2', 9000, 1);
    INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 1, 1, 'All', 100, 90), ((1 << 24) + 2, 2, 'web', 200, 90);
    INSERT INTO group_range VALUES ((1 << 24) + 1, 0, X'0A000000', X'0A0000FF'), ((1 << 24) + 2, 0, X'0A000000', X'0A00007F');
    INSERT INTO ip_range VALUES ((2 << 24) + 1, 0, X'0A000000', X'0A0000FF', 100, 40);";

const LOOSE: &str = "C04-03:ip_range:10.0.0.128-10.0.0.255@0";

/// What the group or another one holds, and whether a host that was not read may be in it.
#[rustfmt::skip]
const HOLDS: &[(&str, &str, bool)] = &[
    ("ranges alone",            "", false),
    ("a DNS name",              "UPDATE asset_group SET dns_names = 1 WHERE id = 2;", true),
    ("a domain",                "UPDATE asset_group SET domains = 1 WHERE id = 2;", true),
    ("a NetBIOS name",          "UPDATE asset_group SET netbios_names = 1 WHERE id = 2;", true),
    ("a cloud id",              "UPDATE asset_group SET ec2_ids = 1 WHERE id = 2;", true),
    ("names in All",            "UPDATE asset_group SET dns_names = 1 WHERE id = 1;", false),
    ("hosts beside its ranges", "INSERT INTO group_host VALUES ((1 << 24) + 2, 7);", false),
    ("hosts without ranges",    "INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((1 << 24) + 3, 3, 'cloud', 300, 90);
                                 INSERT INTO group_host VALUES ((1 << 24) + 3, 7);", true),
];

#[test]
fn the_lists_of_addresses_and_groups_decide_unless_a_host_may_be_there() {
    for (name, change, may_be) in HOLDS {
        let whole = Case::new(4, HALF).change(change);
        assert_eq!(whole.keys("C04-03"), [LOOSE], "{name}");
        for state in [State::Denied, State::Skipped, State::Truncated] {
            let rows = [("vm/hosts", state)];
            let case = Case::new(4, HALF).change(change).reach(&rows);
            let (found, reason) = case.check("C04-03");
            let metric = case.metric("addresses_ungrouped");
            if *may_be {
                assert_eq!(found, CheckState::NotAssessed, "{name}, {state:?}");
                assert!(reason.unwrap().contains("vm/hosts"), "{name}");
                assert_eq!(metric, (None, None), "{name}");
            } else {
                assert_eq!(case.keys("C04-03"), [LOOSE], "{name}, {state:?}");
                assert_eq!(metric, (Some(128), Some(256)), "{name}");
            }
        }
    }
}

#[test]
fn where_every_address_is_in_a_range_no_host_is_needed() {
    let change = "INSERT INTO group_range VALUES ((1 << 24) + 2, 0, X'0A000080', X'0A0000FF');
        UPDATE asset_group SET dns_names = 1;";
    let rows = [("vm/hosts", State::Denied)];
    let case = Case::new(4, HALF).change(change).reach(&rows);
    assert_eq!(case.check("C04-03").0, CheckState::Pass);
}

/// The first five entries of the list that name any of a run's addresses, in the order of the list.
#[test]
fn a_run_points_at_the_entries_that_subscribe_it() {
    let change = "DELETE FROM ip_range;
        INSERT INTO ip_range SELECT (2 << 24) + 9 - i, 0, unhex(printf('0A0000%02X', 128 + i * 2)), unhex(printf('0A0000%02X', 129 + i * 2)), i * 100, 40
            FROM (WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 7) SELECT i FROM n);
        INSERT INTO ip_range VALUES ((2 << 24) + 10, 0, X'0A000000', X'0A0000FF', 5000, 40);";
    // The whole block comes last in the list; of the small entries the last five come first.
    let ids = Case::new(4, HALF).change(change).evidence("C04-03");
    assert_eq!(ids, ["ev:1", "ev:2#@300", "ev:2#@400", "ev:2#@500", "ev:2#@600", "ev:2#@700"]);
}

/// Ends and gaps of declared networks, of both families and in two Qualys networks.
#[test]
fn a_host_beside_every_declared_network_is_a_stranger() {
    let network = |cidr: &str, network_id| Network {
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
    };
    let declared = [
        ("10.0.0.0/30", 0),
        ("10.0.0.8/30", 0),
        ("10.0.0.8/31", 0),
        ("10.0.0.4/30", 3),
        ("2001:db8::8/126", 0),
    ];
    let entries = declared.map(|(cidr, id)| network(cidr, id)).into();
    let inputs = Inputs {
        networks: Some(Networks { entries }),
        assets: Some(Assets::default()),
        ..Inputs::default()
    };
    // Host, Qualys network, address in hex, whether it is declared.
    let hosts = [
        (1, 0, "0A000000", true),
        (2, 0, "0A000003", true),
        (3, 0, "0A000004", false),
        (4, 3, "0A000004", true),
        (5, 3, "0A000003", false),
        (6, 0, "0A000008", true),
        (7, 0, "0A00000B", true),
        (8, 0, "0A00000C", false),
        (9, 0, "09FFFFFF", false),
        (10, 0, "20010DB8000000000000000000000008", true),
        (11, 0, "20010DB800000000000000000000000B", true),
        (12, 0, "20010DB800000000000000000000000C", false),
        (13, 0, "20010DB8000000000000000000000007", false),
    ];
    let insert = |(id, network, address, _): &(i64, i64, &str, bool)| {
        let column = if address.len() == 8 { "ip" } else { "ipv6" };
        format!(
            "INSERT INTO host (row, id, network_id, {column}, last_activity, \"offset\", length)
             VALUES ((3 << 24) + {id}, {id}, {network}, X'{address}', 1774742400, {id}, 1);"
        )
    };
    let rows = hosts.iter().map(insert).collect::<Vec<_>>().concat();
    let rows = format!(
        "INSERT INTO response VALUES (3, 'vm/hosts', 1, '5.0', 1774742400, 'a3', 9000, 13); {rows}"
    );
    let mut expected: Vec<String> = hosts
        .iter()
        .filter(|(.., declared)| !declared)
        .map(|(id, ..)| format!("C04-06:host:{id}"))
        .collect();
    expected.sort();
    assert_eq!(Case::new(4, &rows).inputs(inputs).keys("C04-06"), expected);
}
