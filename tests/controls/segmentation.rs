//! Control 20: segments and the schedules that reach them.

#[path = "segment_groups.rs"]
mod groups;

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{CheckState, Outcome, Severity};
use qualys_sec_inspector::profile::{Ratio, Segment, SegmentKind, SegmentScan};

use crate::case::{Case, SEGMENTS, shown};

fn segment(id: &str, kind: SegmentKind, cidrs: &[&str]) -> Segment {
    Segment {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        network_id: 0,
        cidrs: cidrs.iter().map(|cidr| cidr.parse().unwrap()).collect(),
        asset_groups: Vec::new(),
        tags: Vec::new(),
        appliances: Vec::new(),
        option_profiles: Vec::new(),
        scan: SegmentScan::Active,
        max_interval_days: None,
    }
}

fn of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn segments() -> Vec<Segment> {
    use SegmentKind::{Cde, Cloud, Dmz, Internal, Mgmt, Ot};
    vec![
        Segment {
            appliances: of(&["va-front"]),
            asset_groups: of(&["front"]),
            ..segment("front", Dmz, &["10.1.0.0/24"])
        },
        Segment { appliances: of(&["VA-Office"]), ..segment("office", Internal, &["10.2.0.0/23"]) },
        segment("desk", Internal, &["10.2.1.128/25"]),
        Segment {
            appliances: of(&["va-plant"]),
            option_profiles: of(&["OT gentle"]),
            ..segment("plant", Ot, &["10.3.0.0/24"])
        },
        Segment { appliances: of(&["va-cards"]), ..segment("cards", Cde, &["10.4.0.0/24"]) },
        segment("lab", Internal, &["10.5.0.0/24"]),
        Segment { scan: SegmentScan::Passive, ..segment("sensors", Ot, &["10.6.0.0/24"]) },
        segment("twin-a", Internal, &["10.7.0.0/24"]),
        Segment { network_id: 7, ..segment("twin-b", Internal, &["10.7.0.0/24"]) },
        segment("maybe", Dmz, &["10.8.0.0/24"]),
        segment("ghost", Mgmt, &["10.99.0.0/24"]),
        Segment { asset_groups: of(&["roaming"]), ..segment("roaming", Internal, &[]) },
        Segment { appliances: of(&["va-cloud"]), ..segment("v6", Cloud, &["2001:db8:5::/64"]) },
        segment("v6-unknown", Cloud, &["2001:db8:6::/64"]),
        segment("nothing", Mgmt, &[]),
    ]
}

fn planted() -> Case<'static> {
    with(SEGMENTS, segments())
}

fn with(rows: &str, segments: Vec<Segment>) -> Case<'_> {
    Case::new(20, rows).set(|profile| profile.segments = segments)
}

fn unknown(case: &Case<'_>, id: &str) -> u64 {
    let report = case.report();
    report.controls[0].checks.iter().find(|check| check.id == id).unwrap().unknown
}

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&planted().report()));
}

#[test]
fn every_check_finds_what_was_planted_and_nothing_else() {
    let expected: [(&str, &[&str]); 10] = [
        ("C20-01", &["C20-01:segment:lab", "C20-01:segment:twin-b"]),
        ("C20-02", &["C20-02:segment:cards"]),
        ("C20-03", &["C20-03:schedule:105"]),
        ("C20-04", &[]),
        (
            "C20-05",
            &[
                "C20-05:schedule:104:plant",
                "C20-05:schedule:105:cards",
                "C20-05:schedule:105:office",
            ],
        ),
        ("C20-06", &["C20-06:schedule:104:plant"]),
        ("C20-07", &["C20-07:segment:plant"]),
        ("C20-08", &["C20-08:segment:ghost"]),
        ("C20-09", &["C20-09:segment:desk:office"]),
        ("C20-10", &["C20-10:segment:twin-a:twin-b"]),
    ];
    for (check, keys) in expected {
        assert_eq!(planted().keys(check), keys, "{check}");
    }
    // A passive one, one whose only schedule may be off, and two that may not be there at all.
    assert_eq!(unknown(&planted(), "C20-01"), 4);
    // A pool of scanners.
    assert_eq!(unknown(&planted(), "C20-05"), 1);
    // IPv6 without a host, and a segment without addresses.
    assert_eq!(unknown(&planted(), "C20-08"), 2);
}

#[test]
fn without_segments_nothing_is_assessed() {
    let case = Case::new(20, SEGMENTS);
    assert_eq!(case.outcome(), Outcome::NotAssessed);
    for check in &case.report().controls[0].checks {
        assert_eq!(check.state, CheckState::NotAssessed, "{}", check.id);
        assert!(check.reason.as_ref().unwrap().contains("[[segment]]"), "{}", check.id);
    }
    let change = "UPDATE asset_group SET title = 'DMZ (old)' WHERE id = 10; UPDATE asset_group SET title = 'robots' WHERE id = 12;";
    let report = Case::new(20, SEGMENTS).change(change).report();
    let hints: Vec<&str> =
        report.controls[0].metrics.iter().map(|metric| metric.id.as_str()).collect();
    assert_eq!(hints, ["groups_called_dmz"]);
}

/// A DMZ of 10.0.0.0/24 and an office of 10.0.1.0/24, each with a schedule of its own every week.
const HEALTHY: &str = "INSERT INTO response VALUES (1, 'vm/ips', 1, '2.0', 1774742400, 'a1', 900, 1), (2, 'vm/scan-schedules', 1, '5.0', 1774742400, 'a2', 900, 2);
    INSERT INTO ip_range VALUES ((1 << 24) + 1, 0, X'0A000000', X'0A00FFFF', 0, 40);
    INSERT INTO scan_schedule (row, id, title, active, interval_days, scanner, option_profile, \"offset\", length) VALUES
        ((2 << 24) + 1, 1, 'outer', 1, 7, 'va-1', 'Full', 0, 90), ((2 << 24) + 2, 2, 'inner', 1, 7, 'va-1', 'Full', 100, 90);
    INSERT INTO schedule_range VALUES ((2 << 24) + 1, 'typed', X'0A000000', X'0A0000FF'), ((2 << 24) + 2, 'typed', X'0A000100', X'0A0001FF');";

fn two() -> Vec<Segment> {
    vec![
        segment("outer", SegmentKind::Dmz, &["10.0.0.0/24"]),
        segment("inner", SegmentKind::Internal, &["10.0.1.0/24"]),
    ]
}

#[test]
fn a_schedule_for_each_segment_passes() {
    let case = with(HEALTHY, two());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    assert_eq!(case.keys(""), Vec::<String>::new());
}

#[test]
fn one_schedule_for_all_is_flat() {
    let change = "DELETE FROM schedule_range; INSERT INTO schedule_range VALUES ((2 << 24) + 1, 'typed', X'0A000000', X'0A0001FF');";
    let case = with(HEALTHY, two()).change(change);
    let expected = [
        "C20-02:segment:inner",
        "C20-02:segment:outer",
        "C20-03:schedule:1",
        "C20-04:subscription:tenant",
    ];
    assert_eq!(case.keys(""), expected);
    // Two segments of one kind may share a schedule.
    let mut alike = two();
    alike[0].kind = SegmentKind::Internal;
    let case = with(HEALTHY, alike).change(change);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.check("C20-04").0, CheckState::NotApplicable);
}

#[test]
fn a_big_segment_is_not_flat_scanning() {
    // 256 addresses of the DMZ against 32,768 of the office.
    let change = "UPDATE schedule_range SET first = X'0A008000', last = X'0A00FFFF' WHERE schedule_row = (2 << 24) + 2;";
    let mut segments = two();
    segments[1].cidrs = vec!["10.0.128.0/17".parse().unwrap()];
    let case = with(HEALTHY, segments).change(change);
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
}

/// Schedule 1 over all of the DMZ and `more` addresses of the office, and schedule 2 over `rest`
/// addresses that are in no segment.
fn flat(more: u32, rest: u32) -> String {
    format!(
        "DELETE FROM schedule_range; INSERT INTO schedule_range VALUES
            ((2 << 24) + 1, 'typed', X'0A000000', unhex(printf('%08X', {}))), ((2 << 24) + 2, 'typed', X'0A001000', unhex(printf('%08X', {})));",
        0x0A00_00FF + more,
        0x0A00_1000 + rest - 1
    )
}

#[test]
fn flat_scanning_at_its_limit() {
    // 288 of 320 addresses are 90 %, 288 of 321 are less.
    let state = |rest| {
        let change = flat(32, rest);
        with(HEALTHY, two()).change(&change).check("C20-04").0
    };
    assert_eq!(state(32), CheckState::Fail);
    assert_eq!(state(33), CheckState::Pass);
}

#[test]
fn purity_and_mixture_at_their_limits() {
    let states = |more| {
        let change = flat(more, 16_384);
        let case = with(HEALTHY, two()).change(&change).set(|profile| {
            profile.c20.dedicated_purity = Ratio::millionths(800_000);
            profile.c20.mix_min = Ratio::millionths(200_000);
        });
        (
            case.keys("C20-02").contains(&"C20-02:segment:outer".to_owned()),
            case.keys("C20-03").len(),
        )
    };
    // 256 of 320 addresses are in the DMZ, 64 in the office.
    assert_eq!(states(64), (false, 1));
    assert_eq!(states(63), (false, 0));
    assert_eq!(states(65), (true, 1));
}

#[test]
fn a_mixture_with_ot_is_high() {
    let mut segments = two();
    segments[0].kind = SegmentKind::Ot;
    let change = flat(64, 1);
    let severity = |segments| {
        let report = with(HEALTHY, segments).change(&change).report();
        report.findings.iter().find(|one| one.check == "C20-03").map(|one| one.severity)
    };
    assert_eq!(severity(segments), Some(Severity::High));
    assert_eq!(severity(two()), Some(Severity::Medium));
}

#[test]
fn the_interval_at_its_limit() {
    let state = |days: i64, limit: Option<i64>, kind| {
        let mut segments = two();
        segments[0].max_interval_days = limit;
        segments[0].kind = kind;
        let change = format!("UPDATE scan_schedule SET interval_days = {days} WHERE id = 1;");
        with(HEALTHY, segments).change(&change).check("C20-07").0
    };
    let (pass, fail) = (CheckState::Pass, CheckState::Fail);
    for (kind, limit) in [
        (SegmentKind::Dmz, 7),
        (SegmentKind::Internal, 30),
        (SegmentKind::Cde, 30),
        (SegmentKind::Ot, 90),
        (SegmentKind::Cloud, 30),
    ] {
        assert_eq!(state(limit, None, kind), pass, "{kind:?}");
        assert_eq!(state(limit + 1, None, kind), fail, "{kind:?}");
    }
    assert_eq!(state(14, Some(14), SegmentKind::Dmz), pass);
    assert_eq!(state(15, Some(14), SegmentKind::Dmz), fail);
}

#[test]
fn what_is_off_or_runs_once_covers_nothing() {
    let state = |change| with(HEALTHY, two()).change(change).check("C20-01").0;
    for change in [
        "UPDATE scan_schedule SET active = 0 WHERE id = 1;",
        "UPDATE scan_schedule SET active = 3 WHERE id = 1;",
        "UPDATE scan_schedule SET interval_days = NULL WHERE id = 1;",
        "UPDATE scan_schedule SET network_id = 3 WHERE id = 1;",
        "INSERT INTO excluded_range VALUES (1, 0, X'0A000000', X'0A0000FF', NULL, 0, 9);",
    ] {
        assert_eq!(state(change), CheckState::Fail, "{change}");
    }
    assert_eq!(state("UPDATE scan_schedule SET active = NULL WHERE id = 1;"), CheckState::Warn);
    assert_eq!(state("UPDATE scan_schedule SET active = NULL;"), CheckState::NotAssessed);
}

#[test]
fn scanners_are_compared_only_where_a_segment_lists_its_own() {
    let state = |scanner: &str, listed: &[&str]| {
        let mut segments = two();
        segments[0].appliances = of(listed);
        let change = format!("UPDATE scan_schedule SET scanner = {scanner};");
        with(HEALTHY, segments).change(&change).check("C20-05").0
    };
    assert_eq!(state("'va-1'", &[]), CheckState::NotApplicable);
    assert_eq!(state("'va-1'", &["VA-1 "]), CheckState::Pass);
    assert_eq!(state("'va-1, va-2'", &["va-1"]), CheckState::Fail);
    assert_eq!(state("'External  Scanner'", &["va-1"]), CheckState::NotApplicable);
    assert_eq!(state("NULL", &["va-1"]), CheckState::NotAssessed);
    assert_eq!(state("'All Scanners in Network'", &["va-1"]), CheckState::NotAssessed);
}

#[test]
fn profiles_are_compared_in_ot_alone() {
    let state = |kind, listed: &[&str], used: &str| {
        let mut segments = two();
        segments[0].kind = kind;
        segments[0].option_profiles = of(listed);
        let change = format!("UPDATE scan_schedule SET option_profile = {used};");
        with(HEALTHY, segments).change(&change).check("C20-06").0
    };
    assert_eq!(state(SegmentKind::Dmz, &["gentle"], "'Full'"), CheckState::NotApplicable);
    assert_eq!(state(SegmentKind::Ot, &["gentle"], "'Full'"), CheckState::Fail);
    assert_eq!(state(SegmentKind::Ot, &["gentle"], "' gentle'"), CheckState::Pass);
    assert_eq!(state(SegmentKind::Ot, &[], "'Full'"), CheckState::NotAssessed);
    assert_eq!(state(SegmentKind::Ot, &["gentle"], "NULL"), CheckState::NotAssessed);
}

#[test]
fn agents_cover_a_segment_without_a_schedule() {
    let state = |change: &'static str| {
        let case = planted().change(change);
        let keys = case.keys("C20-01:segment:roaming");
        (keys.len(), case.report().controls[0].metrics[3].value.clone().unwrap().as_u64())
    };
    // 19 of 20 hosts have a live agent: exactly 95 %.
    assert_eq!(state(""), (0, Some(1)));
    assert_eq!(state("DELETE FROM host_asset WHERE host_id = 1;"), (1, Some(0)));
    let case = planted().set(|profile| profile.c01.agents_satisfy_schedule = false);
    assert_eq!(case.keys("C20-01:segment:roaming").len(), 1);
    // Alone it is a warning: nothing is of its own.
    let roaming = Segment {
        asset_groups: of(&["roaming"]),
        ..segment("roaming", SegmentKind::Internal, &[])
    };
    let case = with(SEGMENTS, vec![roaming]);
    assert_eq!(case.check("C20-01").0, CheckState::Pass);
    assert_eq!(case.check("C20-02").0, CheckState::Warn);
}

#[test]
fn agents_that_were_not_read_are_unknown() {
    let roaming = Segment {
        asset_groups: of(&["roaming"]),
        ..segment("roaming", SegmentKind::Internal, &[])
    };
    let denied = [("am/host-assets", State::Denied)];
    let case = with(SEGMENTS, vec![roaming]).change("DELETE FROM host_asset;").reach(&denied);
    let (state, reason) = case.check("C20-01");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("am/host-assets"));
}

#[test]
fn one_block_twice_needs_networks() {
    let host = |network: i64| {
        format!(
            "INSERT INTO host (row, id, network_id, ip, \"offset\", length) VALUES (1, 1, {network}, X'0A000005', 0, 9);"
        )
    };
    let mut segments = two();
    segments[1].cidrs = segments[0].cidrs.clone();
    let apart = host(3);
    let both = [host(0), host(3).replace("(1, 1, ", "(2, 2, ")].concat();
    let together = host(0);
    let keys = |change| with(HEALTHY, segments.clone()).change(change).keys("C20-10");
    assert_eq!(keys(""), Vec::<String>::new());
    assert_eq!(keys(&apart), Vec::<String>::new());
    assert_eq!(keys(&both), Vec::<String>::new());
    assert_eq!(keys(&together), ["C20-10:segment:inner:outer"]);
    assert_eq!(with(HEALTHY, segments.clone()).keys("C20-09"), ["C20-09:segment:inner:outer"]);
    segments[1].network_id = 3;
    assert_eq!(with(HEALTHY, segments).keys("C20-09"), Vec::<String>::new());
}

/// A schedule by tags whose own ranges nobody read: it may scan anything of its network.
const BY_RANGES: &str = "UPDATE scan_schedule SET tag_ranges = 1, target = 'Asset Tags Included' WHERE id = 1;
    INSERT INTO schedule_tag VALUES ((2 << 24) + 1, 'somewhere', 0); INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');";

#[test]
fn a_target_of_which_a_part_is_unknown_is_nobodys_own() {
    let case = with(HEALTHY, two()).change(BY_RANGES);
    assert_eq!(unknown(&case, "C20-02"), 1, "{}", shown(&case.report()));
    assert_eq!(case.keys("C20-02"), Vec::<String>::new());
}

#[test]
fn an_unknown_target_may_reach_ot_with_the_wrong_profile_or_scanner() {
    let mut segments = two();
    segments[1].kind = SegmentKind::Ot;
    segments[1].option_profiles = of(&["gentle"]);
    segments[1].appliances = of(&["va-2"]);
    let inner =
        "UPDATE scan_schedule SET option_profile = 'gentle', scanner = 'va-2' WHERE id = 2;";
    let case = with(HEALTHY, segments.clone()).change(inner);
    assert_eq!(
        (case.check("C20-05").0, case.check("C20-06").0),
        (CheckState::Pass, CheckState::Pass)
    );
    let change = format!("{inner} {BY_RANGES}");
    let case = with(HEALTHY, segments.clone()).change(&change);
    assert_eq!(
        (case.check("C20-05").0, case.check("C20-06").0),
        (CheckState::Warn, CheckState::Warn)
    );
    assert_eq!(case.keys("C20-0"), Vec::<String>::new());
    // With the right ones it harms nothing, wherever it goes.
    let right =
        format!("{change} UPDATE scan_schedule SET option_profile = 'gentle', scanner = 'va-2';");
    let case = with(HEALTHY, segments).change(&right);
    assert_eq!(
        (case.check("C20-05").0, case.check("C20-06").0),
        (CheckState::Pass, CheckState::Pass)
    );
}

#[test]
fn a_segment_of_tags_that_were_not_read_may_be_in_qualys() {
    let tagged = Segment { tags: of(&["plant"]), ..segment("plant", SegmentKind::Ot, &[]) };
    let case = with(HEALTHY, vec![tagged.clone()]);
    assert_eq!(case.check("C20-08").0, CheckState::NotAssessed);
    assert_ne!(case.outcome(), Outcome::Pass);
    let asked = "INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');";
    let case = with(HEALTHY, vec![tagged]).change(asked);
    assert_eq!(case.check("C20-08").0, CheckState::Fail);
}

#[test]
fn the_external_scanner_in_a_list_is_no_appliance_from_elsewhere() {
    let mut segments = two();
    segments[0].appliances = of(&["va-1"]);
    let change = "UPDATE scan_schedule SET scanner = 'va-1, External Scanner';";
    let case = with(HEALTHY, segments).change(change);
    assert_eq!(case.check("C20-05").0, CheckState::Pass);
}

#[test]
fn appliances_that_were_not_all_read_leave_the_scanner_unknown() {
    let mut segments = two();
    segments[0].appliances = of(&["va-1"]);
    let change = "UPDATE scan_schedule SET scanner = 'All Scanners in Asset Group' WHERE id = 1;
        DELETE FROM schedule_range WHERE schedule_row = (2 << 24) + 1; INSERT INTO schedule_group VALUES ((2 << 24) + 1, 'outer');
        INSERT INTO asset_group (row, id, title, default_appliance_id, \"offset\", length) VALUES ((3 << 24) + 1, 5, 'outer', 901, 0, 9);
        INSERT INTO group_range VALUES ((3 << 24) + 1, 0, X'0A000000', X'0A0000FF');
        INSERT INTO appliance (row, id, name, never_connected, has_activation_code, \"offset\", length) VALUES ((4 << 24) + 1, 901, 'va-1', 0, 0, 0, 9);";
    let case = || with(HEALTHY, segments.clone()).change(change);
    assert_eq!(case().check("C20-05").0, CheckState::Pass);
    let cut = [("vm/appliances", State::Truncated)];
    assert_eq!(case().reach(&cut).check("C20-05").0, CheckState::NotAssessed);
}

#[test]
fn targets_that_nobody_read_are_no_empty_ones() {
    let tags =
        "DELETE FROM schedule_range; UPDATE scan_schedule SET target = 'Asset Tags Included';";
    let (state, reason) = with(HEALTHY, two()).change(tags).check("C20-04");
    assert_eq!(state, CheckState::NotAssessed);
    assert!(reason.unwrap().contains("tags"));
}

#[test]
fn what_may_scan_more_often_is_named() {
    let change = format!(
        "UPDATE scan_schedule SET interval_days = 8 WHERE id = 1; {}",
        BY_RANGES.replace("id = 1", "id = 2").replace("+ 1, 'somewhere'", "+ 2, 'somewhere'")
    );
    let (state, reason) = with(HEALTHY, two()).change(&change).check("C20-07");
    assert_eq!(state, CheckState::Warn);
    assert!(reason.as_ref().unwrap().contains("ranges"), "{reason:?}");
}

/// A target or a segment of which a part was not read makes flat scanning unknown, never passed.
#[test]
fn what_was_not_read_may_be_flat() {
    let state = |segments: Vec<Segment>, change: &str| {
        let (state, reason) = with(HEALTHY, segments).change(change).check("C20-04");
        (state, reason.unwrap_or_default())
    };
    let whole = flat(32, 32);
    assert_eq!(state(two(), &whole).0, CheckState::Fail);
    // The other schedule may reach more than is known, and then this one does not reach 90 %.
    let other =
        format!("{whole} UPDATE scan_schedule SET target = 'Asset Tags Included' WHERE id = 2;");
    let (unread, reason) = state(two(), &other);
    assert_eq!(unread, CheckState::NotAssessed, "{reason}");
    assert!(reason.contains("tags"), "{reason}");
    // Its own unknown part makes it no smaller.
    let own =
        format!("{whole} UPDATE scan_schedule SET target = 'Asset Tags Included' WHERE id = 1;");
    assert_eq!(state(two(), &own).0, CheckState::Fail);
    // 288 of 321 addresses, and instances of a cloud that no segment is for.
    let cloud =
        format!("{} UPDATE scan_schedule SET cloud_connector = 'east' WHERE id = 1;", flat(32, 33));
    assert_eq!(state(two(), &flat(32, 33)).0, CheckState::Pass);
    assert_eq!(state(two(), &cloud).0, CheckState::NotAssessed);
    // All of it is in one segment, and where the other one is was not read.
    let mut segments = two();
    segments[1].cidrs.clear();
    segments[1].tags = of(&["plant"]);
    let alone = flat(0, 1);
    let (unread, reason) = state(segments.clone(), &alone);
    assert_eq!(unread, CheckState::NotAssessed, "{reason}");
    assert!(reason.contains("vm/hosts"), "{reason}");
    let asked = format!("{alone} INSERT INTO parameter VALUES ('vm/hosts', 'show_tags', '1');");
    assert_eq!(state(segments, &asked).0, CheckState::NotApplicable);
}
