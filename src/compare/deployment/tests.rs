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

    let ports = |text: &str| {
        side(&format!(
            "INSERT INTO option_profile (row, family, id, title, tcp_additional, authentication, hash, \"offset\", length) \
             VALUES (83886081, 'vm', 3, 'Full', '{text}', 'Unix,Windows', 'h', 0, 1)"
        ))
    };
    assert_eq!(lines(&ports("8443, 9000"), &ports("9000,8443")), [""; 0]);
    assert_eq!(
        lines(&ports("8443,9000"), &ports("8443")),
        ["3 option_profile 3 changed tcp_additional 9000 -"]
    );

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
