//! The differ over models of our own making: what is a change, and what only looks like one.

use super::super::tests::stage::{Side, model};
use super::SOURCES;
use super::sources::Source;
use crate::assess::DeploymentChange;

fn changes(old: &Side, new: &Side) -> Vec<DeploymentChange> {
    super::compare(old.snapshot(), new.snapshot()).unwrap()
}

/// Control, type, id, change, field, from and to, as one line each.
fn lines(old: &Side, new: &Side) -> Vec<String> {
    let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    changes(old, new)
        .iter()
        .map(|one| {
            let (field, from, to) = (told(&one.field), told(&one.from), told(&one.to));
            format!(
                "{} {} {} {} {field} {from} {to}",
                one.control,
                one.kind,
                one.id,
                one.change.word()
            )
        })
        .collect()
}

const ANSWERS: &str = "INSERT INTO response VALUES (2, 'vm/users', 1, '2.0', 0, 'bb', 9000, 9);
    INSERT INTO response VALUES (3, 'vm/asset-groups', 1, '2.0', 0, 'cc', 9000, 9);
    INSERT INTO response VALUES (4, 'vm/ips', 1, '2.0', 0, 'dd', 9000, 9);
    INSERT INTO response VALUES (5, 'vm/option-profiles', 1, '2.0', 0, 'ee', 9000, 9);";

fn side(rows: &str) -> Side {
    Side::of([]).on(model(&format!("{ANSWERS}{rows}")))
}

fn user(ordinal: i64, login: &str, role: &str, permissions: &[&str]) -> String {
    let row = (2 << 24) + ordinal;
    let mut rows = format!(
        "INSERT INTO user (row, id, login, role, \"offset\", length) \
         VALUES ({row}, {ordinal}, '{login}', '{role}', {ordinal}, 1);"
    );
    for name in permissions {
        rows = rows + "INSERT INTO user_permission VALUES (" + &format!("{row}, '{name}', 1);");
    }
    rows
}

#[test]
fn every_statement_fits_its_fields_and_reads_in_order() {
    let model = model("");
    for Source { kind, sql, fields, .. } in SOURCES {
        let statement = model.prepare(sql).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let names: Vec<&str> = statement.column_names().collect();
        assert_eq!(names.len(), super::HEAD + fields.len(), "{kind}: {names:?}");
        assert_eq!(names[..super::HEAD], ["id", "name", "row", "offset", "length", "record"]);
        assert!(sql.contains("ORDER BY"), "{kind}");
    }
}

#[test]
fn things_come_go_and_change_field_by_field() {
    let old =
        side(&(user(1, "acme_a", "Scanner", &["A", "B"]) + &user(2, "acme_b", "Reader", &[])));
    let new =
        side(&(user(7, "acme_a", "Manager", &["B", "C"]) + &user(3, "acme_c", "Reader", &[])));
    assert_eq!(
        lines(&old, &new),
        [
            "13 user acme_a changed permission - C",
            "13 user acme_a changed permission A -",
            "13 user acme_a changed role Scanner Manager",
            "13 user acme_b removed - - -",
            "13 user acme_c added - - -",
        ]
    );
    let evidence = &changes(&old, &new)[2].evidence;
    assert_eq!(evidence.old.as_deref(), Some("ev:2#1"));
    assert_eq!(evidence.new.as_deref(), Some("ev:2#7"));
}

#[test]
fn order_white_space_and_cuts_are_no_changes() {
    let old = side(&user(1, "acme_a", "Unit  Manager", &["A", "B"]));
    let new = side(&user(5, "acme_a", "Unit Manager ", &["B", "A", "B"]));
    assert_eq!(lines(&old, &new), [""; 0]);

    let addresses = |ranges: &[(&str, &str)]| {
        let rows = ranges.iter().zip(67_108_865..).map(|((first, last), row)| {
            format!("INSERT INTO ip_range VALUES ({row}, 0, x'{first}', x'{last}', 0, 1);")
        });
        side(&rows.collect::<String>())
    };
    let whole = addresses(&[("0A000001", "0A0000FE")]);
    let cut = addresses(&[("0A000080", "0A0000FE"), ("0A000001", "0A00007F")]);
    assert_eq!(lines(&whole, &cut), [""; 0]);
    assert_eq!(
        lines(&whole, &addresses(&[("0A000001", "0A0000F0")])),
        ["4 network 0 changed address 10.0.0.241-10.0.0.254@0 -"]
    );
}

#[test]
fn a_list_that_was_not_read_whole_adds_and_removes_nothing() {
    let one = || side(&(user(1, "acme_a", "Reader", &[]) + &user(2, "acme_b", "Reader", &[])));
    let other = || side(&(user(1, "acme_a", "Manager", &[]) + &user(3, "acme_c", "Reader", &[])));
    for state in ["truncated", "denied", "parse_error"] {
        let told = lines(&one(), &other().endpoint("vm/users", state));
        assert_eq!(
            told,
            ["13 user acme_a changed role Reader Manager", "13 user acme_c added - - -"],
            "what a cut list holds is there: {state}"
        );
        let told = lines(&one().endpoint("vm/users", state), &other());
        assert_eq!(
            told,
            ["13 user acme_a changed role Reader Manager", "13 user acme_b removed - - -"]
        );
    }
    let narrow = other().with("/scope/view", "partial".into());
    assert_eq!(lines(&one(), &narrow), ["13 user acme_a changed role Reader Manager"]);
}

#[test]
fn another_version_of_an_answer_makes_no_change_of_what_it_does_not_say() {
    let group = |version: &str, impact: &str| {
        Side::of([]).on(model(&format!(
            "INSERT INTO response VALUES (3, 'vm/asset-groups', 1, '{version}', 0, 'cc', 9000, 9);
             INSERT INTO asset_group (row, id, title, business_impact, \"offset\", length) \
             VALUES (50331649, 7, 'DMZ', {impact}, 0, 1)"
        )))
    };
    let told = |old: &str, new: &str| lines(&group(old, "NULL"), &group(new, "'High'"));
    assert_eq!(told("2.0", "2.0"), ["4 asset_group 7 changed business_impact - High"]);
    assert_eq!(told("2.0", "3.0"), [""; 0]);
    let both = lines(&group("2.0", "'Low'"), &group("3.0", "'High'"));
    assert_eq!(both, ["4 asset_group 7 changed business_impact Low High"]);
}

#[test]
fn controls_that_were_not_selected_are_not_compared() {
    let old = side(&user(1, "acme_a", "Reader", &[]));
    let new =
        side(&user(1, "acme_a", "Manager", &[])).with("/filter/controls", serde_json::json!([1]));
    assert_eq!(lines(&old, &new), [""; 0]);
}

#[test]
fn a_thing_that_a_list_has_twice_is_one() {
    let twice = user(1, "acme_a", "Reader", &[]) + &user(2, "acme_a", "Reader", &[]);
    assert_eq!(lines(&side(&user(1, "acme_a", "Reader", &[])), &side(&twice)), [""; 0]);
}

/// An option profile with these settings, as version `version` gives it.
fn profile(version: &str, hash: &str, settings: &[(&str, &str)]) -> Side {
    let mut rows = format!(
        "INSERT INTO response VALUES (5, 'vm/option-profiles', 1, '{version}', 0, 'ee', 9000, 9);
         INSERT INTO option_profile (row, family, id, title, tcp_ports, hash, \"offset\", length) \
         VALUES (83886081, 'vm', 3, 'Full', '{}', '{hash}', 0, 1);",
        settings.first().map_or("", |(_, value)| *value)
    );
    for (path, value) in settings {
        let row = format!("VALUES (83886081, '{path}', '{value}');");
        rows.extend(["INSERT INTO option_profile_setting ", &row]);
    }
    Side::of([]).on(model(&rows))
}

#[test]
fn settings_of_a_profile_are_told_by_their_element() {
    const TYPE: &str = "SCAN/PORTS/TCP_PORTS/TCP_PORTS_TYPE";
    let one = |settings| profile("2.0", "h1", settings);
    let other = |settings| profile("2.0", "h2", settings);
    let told = lines(
        &one(&[(TYPE, "full"), ("SCAN/X/ID", "1"), ("SCAN/X/ID", "2"), ("SCAN/LOGIN", "A,B")]),
        &other(&[(TYPE, "light"), ("SCAN/X/ID", "3"), ("SCAN/X/ID", "2"), ("SCAN/LOGIN", "B, A")]),
    );
    assert_eq!(
        told,
        [
            "3 option_profile 3 changed SCAN/PORTS/TCP_PORTS/TCP_PORTS_TYPE full light",
            "3 option_profile 3 changed SCAN/X/ID - 3",
            "3 option_profile 3 changed SCAN/X/ID 1 -",
            "3 option_profile 3 changed hash h1 h2",
        ]
    );
    // Another version writes the same settings in another way: only what we understand is held
    // against one another.
    let told = lines(
        &one(&[(TYPE, "full"), ("SCAN/X", "Yes")]),
        &profile("4.0", "h2", &[(TYPE, "light"), ("SCAN/X", "1"), ("SCAN/NEW", "1")]),
    );
    assert_eq!(told, ["3 option_profile 3 changed tcp_ports full light"]);
}

#[test]
fn a_profile_says_whether_it_is_used_where_that_can_be_told() {
    let schedule = |active: i64| {
        format!(
            "INSERT INTO option_profile (row, family, id, title, hash, \"offset\", length) \
             VALUES (83886081, 'vm', 3, 'Full', 'h', 0, 1);
             INSERT INTO response VALUES (6, 'vm/scan-schedules', 1, '2.0', 0, 'ff', 9000, 9);
             INSERT INTO scan_schedule (row, id, title, active, option_profile, \"offset\", length) \
             VALUES (100663297, 9, 'Weekly', {active}, 'Full ', 0, 1);"
        )
    };
    let (on, off) = (|| side(&schedule(1)), || side(&schedule(0)));
    let active = "1 schedule 9 changed active yes no";
    assert_eq!(lines(&on(), &off()), [active, "3 option_profile 3 changed used by a schedule no"]);
    for denied in ["vm/scan-schedules", "vm/scans"] {
        assert_eq!(lines(&on(), &off().endpoint(denied, "denied")), [active], "{denied}");
    }
    let eyes = off().with("/scope/view", "partial".into());
    assert_eq!(lines(&on(), &eyes), [active], "somebody else may not see the schedule");
}

#[test]
fn a_sum_that_only_one_side_has_is_held_against_nothing() {
    let none = || side("");
    let some =
        || side("INSERT INTO ip_range VALUES (67108865, 7, x'C6336401', x'C6336402', 0, 1);");
    assert_eq!(
        lines(&none(), &some()),
        [
            "4 network 7 changed address - 198.51.100.1-198.51.100.2@7",
            "14 perimeter 7 changed address - 198.51.100.1-198.51.100.2@7"
        ]
    );
    assert_eq!(
        lines(&some(), &none())[1],
        "14 perimeter 7 changed address 198.51.100.1-198.51.100.2@7 -"
    );
    assert_eq!(lines(&none().endpoint("vm/ips", "truncated"), &some()), [""; 0]);
    assert_eq!(lines(&none(), &some().endpoint("vm/ips", "truncated")), [""; 0]);
}

#[test]
fn exclusions_come_go_and_are_prolonged_however_they_are_cut() {
    const ANSWER: &str =
        "INSERT INTO response VALUES (6, 'vm/excluded-ips', 1, '2.0', 0, 'ff', 9000, 9);";
    let excluded = |rows: &[(&str, &str, &str)]| {
        let rows = rows.iter().zip(100_663_297_i64..).map(|((first, last, expires), row)| {
            format!(
                "INSERT INTO excluded_range VALUES ({row}, 0, x'{first}', x'{last}', {expires}, 0, 1);"
            )
        });
        side(&(ANSWER.to_owned() + &rows.collect::<String>()))
    };
    let whole = excluded(&[("0A000001", "0A000009", "NULL")]);
    let cut = excluded(&[("0A000006", "0A000009", "NULL"), ("0A000001", "0A000005", "NULL")]);
    assert_eq!(lines(&whole, &cut), [""; 0]);
    assert_eq!(
        lines(&whole, &excluded(&[("0A000002", "0A00000A", "86400")])),
        [
            "16 excluded_range 10.0.0.1-10.0.0.1@0 removed - - -",
            "16 excluded_range 10.0.0.10-10.0.0.10@0 added - - -",
            "16 excluded_range 10.0.0.2-10.0.0.9@0 changed expires - 1970-01-02T00:00:00Z",
        ]
    );
    // Twice on the list: the later end holds.
    let twice = excluded(&[("0A000001", "0A000009", "86400"), ("0A000001", "0A000009", "172800")]);
    let later = excluded(&[("0A000001", "0A000009", "172800")]);
    assert_eq!(lines(&twice, &later), [""; 0]);
    let denied = excluded(&[]).endpoint("vm/excluded-ips", "denied");
    assert_eq!(lines(&whole, &denied), [""; 0]);
    let evidence = &changes(&whole, &later)[0].evidence;
    assert_eq!(
        (evidence.old.as_deref(), evidence.new.as_deref()),
        (Some("ev:6#@0"), Some("ev:6#@0"))
    );
}

#[test]
fn counts_that_move_by_themselves_are_told_beyond_their_limit() {
    let assets = |count: i64| {
        side(&format!(
            "INSERT INTO response VALUES (6, 'am/aws-connectors', 1, '3.0', 0, 'ff', 9000, 9);
             INSERT INTO connector (row, source, provider, id, account, total_assets, \"offset\", length) \
             VALUES (100663297, 'assetview', 'AWS', '7', '{}', {count}, 0, 1);",
            "0000000001"
        ))
    };
    for count in [70, 130, 100] {
        assert_eq!(lines(&assets(100), &assets(count)), [""; 0], "exactly 30 % is inside");
    }
    for count in [69, 131, 0] {
        let told = format!("5 connector assetview/aws/7 changed assets 100 {count}");
        assert_eq!(lines(&assets(100), &assets(count)), [told]);
    }
    assert_eq!(lines(&assets(0), &assets(0)), [""; 0]);
    assert_eq!(lines(&assets(0), &assets(1)), ["5 connector assetview/aws/7 changed assets 0 1"]);
}

#[test]
fn appliances_tell_their_lag_and_the_schedules_that_use_them() {
    let appliance = |own: &str, latest: &str, missed: i64, scanner: &str| {
        side(&format!(
            "INSERT INTO response VALUES (6, 'vm/appliances', 1, '2.0', 0, 'ff', 9000, 9);
             INSERT INTO response VALUES (7, 'vm/scan-schedules', 1, '2.0', 0, 'ff', 9000, 9);
             INSERT INTO appliance (row, id, name, vulnsigs_version, vulnsigs_latest, \
                 heartbeats_missed, never_connected, has_activation_code, \"offset\", length) \
             VALUES (100663297, 5, 'va-1', '{own}', '{latest}', {missed}, 0, 0, 0, 1);
             INSERT INTO scan_schedule (row, id, title, active, scanner, \"offset\", length) \
             VALUES (117440513, 9, 'Weekly', 1, '{scanner}', 0, 1);"
        ))
    };
    let before = || appliance("2.6.1", "2.6.4", 0, "va-0, va-1");
    assert_eq!(
        lines(&before(), &appliance("2.6.1", "2.6.9", 0, "va-0, va-1")),
        ["6 appliance 5 changed signature_lag 2.6.1 behind 2.6.4 2.6.1 behind 2.6.9"],
        "carried over"
    );
    let current = || appliance("2.6.4", "2.6.4", 0, "va-0,va-1");
    let both = lines(&current(), &appliance("2.6.9", "2.6.9", 0, "va-0,va-1"));
    assert_eq!(both, ["6 appliance 5 changed vulnsigs_version 2.6.4 2.6.9"]);
    assert_eq!(
        lines(&current(), &appliance("2.6.4", "2.6.4", 3, "va-0,va-11")),
        [
            "1 schedule 9 changed scanner va-0,va-1 va-0,va-11",
            "6 appliance 5 changed heartbeats_missed 0 3",
            "6 appliance 5 changed schedule 9 -",
        ]
    );
}

#[test]
fn what_several_controls_ask_for_is_told_by_the_first_that_is_selected() {
    let schedule = |scanner: &str| {
        side(&format!(
            "INSERT INTO response VALUES (7, 'vm/scan-schedules', 1, '2.0', 0, 'ff', 9000, 9);
             INSERT INTO scan_schedule (row, id, title, active, scanner, \"offset\", length) \
             VALUES (117440513, 9, 'Weekly', 1, '{scanner}', 0, 1);"
        ))
        .with("/filter/controls", serde_json::json!([20]))
    };
    assert_eq!(
        lines(&schedule("va-1"), &schedule("va-2")),
        ["20 schedule 9 changed scanner va-1 va-2"]
    );
}

#[test]
fn agents_that_went_silent_or_came_back_are_told() {
    let agent = |age: i64| {
        let seen = super::super::tests::stage::AS_OF - age;
        side(&format!(
            "INSERT INTO response VALUES (6, 'am/host-assets', 1, '2.0', 0, 'ff', 9000, 9);
             INSERT INTO host_asset (row, id, name, agent_id, agent_checked_in, \"offset\", length) \
             VALUES (100663297, 5, 'web', 'a1', {seen}, 0, 1);"
        ))
    };
    assert_eq!(lines(&agent(0), &agent(604_800)), [""; 0], "exactly the limit is not silent");
    assert_eq!(lines(&agent(0), &agent(604_801)), ["7 agent a1 changed silent no yes"]);
    assert_eq!(lines(&agent(604_801), &agent(9)), ["7 agent a1 changed silent yes no"]);
}

#[test]
fn qids_that_somebody_ignores_are_told() {
    let ignored = |rows: &[(i64, i64, i64)]| {
        let rows = rows.iter().zip(100_663_297_i64..).map(|((host, qid, ignored), row)| {
            format!(
                "INSERT INTO detection (row, host_id, qid, is_ignored, \"offset\", length) \
                 VALUES ({row}, {host}, {qid}, {ignored}, 0, 1);"
            )
        });
        let answer = "INSERT INTO response VALUES (6, 'vm/detections', 1, '2.0', 0, 'f', 9000, 9);";
        side(&(answer.to_owned() + &rows.collect::<String>()))
    };
    let before = ignored(&[(1, 38_170, 1), (2, 38_170, 0), (1, 90_001, 1)]);
    let after = ignored(&[(1, 38_170, 1), (2, 38_170, 1), (1, 90_001, 0), (1, 90_002, 1)]);
    assert_eq!(
        lines(&before, &after),
        [
            "16 ignored_qid 38170 changed detections 1 2",
            "16 ignored_qid 90001 removed - - -",
            "16 ignored_qid 90002 added - - -",
        ]
    );
}
