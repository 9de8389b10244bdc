//! Control 3: profiles at the limits, in their segments, and what the list does not say.

use qualys_sec_inspector::finding::CheckState::{Fail, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::{Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{AS_OF, Case, PROFILES, shown};

#[test]
fn fixture() {
    insta::assert_snapshot!(shown(&Case::new(3, PROFILES).report()));
}

fn profile(text: &str) -> Profile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap()
}

const SEGMENTS: &str = "[[segment]]\nid = \"floor\"\nname = \"Plant floor\"\ntype = \"ot\"\ncidrs = [\"10.60.0.0/16\"]\n\
                        [[segment]]\nid = \"offices\"\ntype = \"internal\"\ncidrs = [\"10.1.0.128/25\"]\n";

#[test]
fn segments_bear_only_what_is_safe_there() {
    let case = || Case::new(3, PROFILES).set(|current| *current = profile(SEGMENTS));
    assert_eq!(case().keys("C03-06"), ["C03-06:option_profile:715:floor"]);
    assert_eq!(case().keys("C03-07"), ["C03-07:option_profile:714"]);
    // The safe profile has light TCP and no UDP, and scans the floor alone.
    let ports = ["C03-04:option_profile:708", "C03-04:option_profile:709"];
    assert_eq!(case().keys("C03-04"), ports);
    assert_eq!(case().keys("C03-05"), ["C03-05:option_profile:710"]);
}

/// The words of both editions for the delay between packets; below medium is too fast for a floor.
#[test]
fn packets_come_slowly_on_the_floor() {
    let unknown = |change: &str| {
        let case = Case::new(3, PROFILES).set(|current| *current = profile(SEGMENTS));
        let case = case.change(change);
        let report = case.report();
        let check = report.controls[0].checks.iter().find(|check| check.id == "C03-06").unwrap();
        (case.keys("C03-06:option_profile:716").len(), check.unknown)
    };
    let (found, before) = unknown("");
    assert_eq!(found, 0);
    for (words, expected) in [
        (&["None", "Minimum", "Short", "low"][..], (1, before)),
        (&["Medium", "Long", "High", "Maximum"], (0, before)),
        (&["Custom", ""], (0, before + 1)),
    ] {
        for word in words {
            let change =
                format!("UPDATE option_profile SET packet_delay = '{word}' WHERE id = 716;");
            assert_eq!(unknown(&change), expected, "{word}");
        }
    }
}

#[test]
fn environments_expect_their_own() {
    let expect = "[option_profiles]\nspecial_purpose = [\"special\"]\n\
                  [option_profiles.expect.external]\nauthentication = \"required\"\n\
                  [option_profiles.expect.ot]\nperformance_max = \"low\"\ntcp_max = \"light\"\n";
    let both = format!("{expect}{SEGMENTS}");
    let case = Case::new(3, PROFILES).set(|current| *current = profile(&both));
    assert_eq!(case.keys("C03-10"), ["C03-10:schedule:503:703", "C03-10:schedule:515:715"]);
    assert_eq!(case.keys("C03-02"), ["C03-02:option_profile:705", "C03-02:option_profile:719"]);
    // Without segments nobody knows what scans the floor.
    let case = Case::new(3, PROFILES).set(|current| *current = profile(expect));
    assert_eq!(case.keys("C03-10"), ["C03-10:schedule:503:703"]);
    // An appliance may be called `External`; only the whole name is Qualys' own scanner.
    let named = "UPDATE scan_schedule SET scanner = 'External' WHERE id = 503;";
    let case = Case::new(3, PROFILES).set(|current| *current = profile(expect)).change(named);
    assert_eq!(case.keys("C03-10"), Vec::<String>::new());
}

/// Fewer ports than the profile asks for, none at all, and words that nobody knows.
#[test]
fn ports_at_their_limits() {
    let check = |check: &str, change: &str| {
        let change = format!("UPDATE option_profile SET {change} WHERE id = 709;");
        let report = Case::new(3, PROFILES).change(&change).report();
        let key = format!("{check}:option_profile:709");
        let finding = report.findings.into_iter().find(|finding| finding.key == key);
        finding.map(|finding| (finding.severity, finding.message))
    };
    let told =
        |severity, message: &str| Some((severity, format!("light tcp, authoritative {message}")));
    let (medium, high, low) = (Severity::Medium, Severity::High, Severity::Low);
    assert_eq!(check("C03-04", "tcp_ports = 'light'"), told(medium, "scans light TCP ports"));
    assert_eq!(check("C03-04", "tcp_ports = 'none'"), told(high, "scans no TCP port"));
    for word in ["standard", "full"] {
        assert_eq!(check("C03-04", &format!("tcp_ports = '{word}'")), None, "{word}");
    }
    assert_eq!(check("C03-05", "udp_ports = 'none'"), told(low, "scans no UDP port"));
    assert_eq!(check("C03-05", "udp_ports = 'light'"), None);
    let limits = "[c03]\nmin_udp = \"standard\"\nmin_tcp = \"full\"\n";
    let report = Case::new(3, PROFILES)
        .set(|current| *current = profile(limits))
        .change(
            "UPDATE option_profile SET udp_ports = 'light', tcp_ports = 'standard' WHERE id = 709;",
        )
        .report();
    let found =
        |key: &str| report.findings.iter().find(|one| one.key == key).unwrap().message.clone();
    let of = "light tcp, authoritative scans";
    assert_eq!(found("C03-04:option_profile:709"), format!("{of} standard TCP ports"));
    assert_eq!(found("C03-05:option_profile:709"), format!("{of} light UDP ports"));
}

#[test]
fn own_ports_excuse_only_what_is_required() {
    let keys = |required: &str| {
        let text = format!("[c03]\nrequired_tcp_ports = \"{required}\"\n");
        Case::new(3, PROFILES)
            .set(|current| *current = profile(&text))
            .keys("C03-04:option_profile:709")
    };
    assert_eq!(keys("").len(), 1);
    assert_eq!(keys("22,8000-8010").len(), 0);
    assert_eq!(keys("22,8000-8011").len(), 1);
}

#[test]
fn a_pinned_configuration_is_compared() {
    let keys = |number: u8| {
        let text = format!("[option_profiles.approved]\nhealthy = \"sha256:{number:064x}\"\n");
        Case::new(3, PROFILES).set(|current| *current = profile(&text)).keys("C03-12")
    };
    assert_eq!(keys(1), Vec::<String>::new());
    assert_eq!(keys(2), ["C03-12:option_profile:701"]);
}

#[test]
fn one_healthy_profile_passes() {
    let rows = format!(
        "INSERT INTO response VALUES (1, 'vm/option-profiles', 1, '2.0', {AS_OF}, 'a1', 900, 1), (2, 'vm/scan-schedules', 1, '2.0', {AS_OF}, 'a2', 900, 1);
         INSERT INTO option_profile (row, family, id, title, is_default, tcp_ports, udp_ports, authoritative, performance, packet_delay, detection, authentication, test_authentication, hash, \"offset\", length)
         VALUES ((1 << 24) + 1, 'vm', 7, 'all', 1, 'full', 'standard', 1, 'Normal', 'Medium', 'complete', 'Unix', 0, 'ab', 0, 90);
         INSERT INTO scan_schedule (row, id, title, active, scanner, option_profile, \"offset\", length) VALUES ((2 << 24) + 1, 5, 'weekly', 1, 'va-1', 'all', 0, 90);"
    );
    let case = Case::new(3, &rows);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    assert_eq!((case.check("C03-06").0, case.check("C03-11").0), (NotAssessed, Pass));
    let change = |sql: &str| format!("{rows} {sql}");
    let empty = change("UPDATE option_profile SET authentication = '';");
    assert_eq!(Case::new(3, &empty).check("C03-01").0, Fail);
    let unsaid = change("UPDATE option_profile SET authentication = NULL;");
    assert_eq!(Case::new(3, &unsaid).check("C03-01").0, NotAssessed);
    let private = change(
        "INSERT INTO scan_schedule (row, id, title, active, scanner, option_profile, \"offset\", length) VALUES ((2 << 24) + 2, 6, 'x', 1, 'va-1', 'private', 100, 90);",
    );
    assert_eq!(Case::new(3, &private).check("C03-01").0, Warn);
}

#[test]
fn targets_lie_in_the_network_of_their_schedule() {
    let keys = |segments: &str, change: &str| {
        Case::new(3, PROFILES)
            .change(change)
            .set(|current| *current = profile(segments))
            .keys("C03-06")
    };
    let found = ["C03-06:option_profile:715:floor"];
    let moved = "UPDATE scan_schedule SET network_id = 7 WHERE id = 515;";
    assert_eq!(keys(SEGMENTS, moved), Vec::<String>::new());
    let there = SEGMENTS.replacen("type", "network_id = 7\ntype", 1);
    assert_eq!(keys(&there, ""), Vec::<String>::new());
    assert_eq!(keys(&there, moved), found);
    // What it leaves out, it leaves out there.
    let left_out = format!(
        "{moved} INSERT INTO schedule_range VALUES ((2 << 24) + 15, 'excluded', X'0A3C0000', X'0A3C00FF');"
    );
    assert_eq!(keys(&there, &left_out), Vec::<String>::new());
    let half = left_out.replace("0A3C00FF", "0A3C007F");
    assert_eq!(keys(&there, &half), found);
}

#[test]
fn groups_of_a_schedule_count_in_its_network() {
    let keys = |change: &str| {
        let floor = "[[segment]]\nid = \"offices\"\ntype = \"ot\"\ncidrs = [\"10.1.0.128/25\"]\n";
        Case::new(3, PROFILES)
            .change(&format!("UPDATE schedule_group SET schedule_row = (2 << 24) + 15; {change}"))
            .set(|current| *current = profile(floor))
            .keys("C03-06")
    };
    let found = ["C03-06:option_profile:715:offices"];
    assert_eq!(keys(""), found);
    assert_eq!(
        keys("UPDATE scan_schedule SET network_id = 7 WHERE id = 515;"),
        Vec::<String>::new()
    );
    assert_eq!(keys("UPDATE group_range SET network_id = 7;"), Vec::<String>::new());
}

#[test]
fn a_segment_may_be_an_asset_group() {
    let keys = |title: &str| {
        let floor =
            format!("[[segment]]\nid = \"floor\"\ntype = \"ot\"\nasset_groups = [\"{title}\"]\n");
        let typed = "UPDATE schedule_range SET first = X'0A010000', last = X'0A010007' WHERE source = 'typed';
            INSERT INTO asset_group (row, id, title, \"offset\", length) VALUES ((3 << 24) + 2, 12, 'plant', 90, 90);
            INSERT INTO group_range VALUES ((3 << 24) + 2, 0, X'0A090000', X'0A0900FF');";
        Case::new(3, PROFILES)
            .change(typed)
            .set(|current| *current = profile(&floor))
            .keys("C03-06:option_profile:715")
    };
    assert_eq!(keys("offices").len(), 1);
    assert_eq!(keys("plant").len(), 0);
}

#[test]
fn a_profile_that_two_pages_show_is_one() {
    let again = "INSERT INTO option_profile (row, family, id, title, authentication, detection, tcp_ports, udp_ports, hash, \"offset\", length)
        SELECT row + 1000, family, id, title, authentication, detection, tcp_ports, udp_ports, hash, \"offset\", length FROM option_profile;";
    let (once, twice) = (Case::new(3, PROFILES), Case::new(3, PROFILES).change(again));
    assert_eq!(once.keys(""), twice.keys(""));
}
