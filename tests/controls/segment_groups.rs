//! Control 20 by asset groups: the hosts and the scanners that they bring to a segment.

use qualys_sec_inspector::finding::CheckState;
use qualys_sec_inspector::profile::{Segment, SegmentKind};

use super::{HEALTHY, of, segment, two, with};

#[test]
fn the_scanners_of_a_group_are_those_that_serve_it() {
    // The group outer by one appliance or the other, in each way in which an answer says so.
    let rows = "INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 1, 10, 'outer', 0, 90), ((3 << 24) + 2, 11, 'inner', 100, 90);
        INSERT INTO group_range VALUES ((3 << 24) + 1, 0, X'0A000000', X'0A0000FF'), ((3 << 24) + 2, 0, X'0A000100', X'0A0001FF');
        INSERT INTO appliance (row, id, name, never_connected, has_activation_code, \"offset\", length) VALUES ((4 << 24) + 1, 901, ' VA-1', 0, 0, 0, 90), ((4 << 24) + 2, 902, 'va-2', 0, 0, 100, 90);
        DELETE FROM schedule_range WHERE schedule_row = (2 << 24) + 1; INSERT INTO schedule_group VALUES ((2 << 24) + 1, 'outer');
        UPDATE scan_schedule SET scanner = 'All Scanners in Asset Group' WHERE id = 1;";
    let state = |links: String| {
        let mut segments = two();
        segments[0].appliances = of(&["va-1"]);
        with(HEALTHY, segments).change(&format!("{rows} {links}")).check("C20-05").0
    };
    for (outer, inner, expected) in [(1, 2, CheckState::Pass), (2, 1, CheckState::Fail)] {
        let by_group = format!(
            "INSERT INTO group_appliance VALUES ((3 << 24) + 1, 900 + {outer}), ((3 << 24) + 2, 900 + {inner});"
        );
        let by_default = format!(
            "UPDATE asset_group SET default_appliance_id = CASE id WHEN 10 THEN 900 + {outer} ELSE 900 + {inner} END;"
        );
        let by_appliance = format!(
            "INSERT INTO appliance_group VALUES ((4 << 24) + {outer}, 10, 'outer'), ((4 << 24) + {inner}, 11, 'inner'), ((4 << 24) + {inner}, NULL, 'outer');"
        );
        for links in [by_group, by_default, by_appliance] {
            assert_eq!(state(links.clone()), expected, "{links}");
        }
    }
}

#[test]
fn a_segment_holds_the_hosts_of_its_groups_in_its_network() {
    let group = "INSERT INTO asset_group (row, id, title, network_id, \"offset\", length) VALUES ((3 << 24) + 1, 10, ' desk ', 0, 0, 90), ((3 << 24) + 2, 11, 'other', 0, 100, 90);
        INSERT INTO host (row, id, network_id, \"offset\", length) VALUES ((4 << 24) + 1, 1, 0, 0, 90);
        INSERT INTO group_host VALUES ((3 << 24) + 1, 1);";
    let named = |change: &str| {
        let desk = Segment {
            asset_groups: of(&["desk"]),
            ..segment("desk", SegmentKind::Internal, &["10.99.0.0/24"])
        };
        let change = format!("{group} {change}");
        with(HEALTHY, vec![desk]).change(&change).keys("C20-08").is_empty()
    };
    let gone = "INSERT INTO host_asset (row, id, host_id, instance_state, \"offset\", length) VALUES ((5 << 24) + 1, 9, 1, 'TERMINATED', 0, 90);";
    for (change, is_there) in [
        ("", true),
        ("DELETE FROM group_host;", false),
        ("UPDATE group_host SET group_row = group_row + 1;", false),
        ("UPDATE host SET network_id = 7;", false),
        ("UPDATE asset_group SET network_id = 7 WHERE id = 10;", false),
        ("UPDATE asset_group SET dns_names = 1 WHERE id = 10; DELETE FROM host;", true),
        ("UPDATE asset_group SET dns_names = 1 WHERE id = 11; DELETE FROM group_host;", false),
        (gone, false),
    ] {
        assert_eq!(named(change), is_there, "{change}");
    }
}
