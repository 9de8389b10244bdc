//! `require_modules`: what each word makes of a module that the subscription does not have.

use qualys_sec_inspector::catalogue::{ENDPOINTS, Module};
use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::{Outcome, Severity};
use qualys_sec_inspector::profile::Profile;

use crate::case::{Case, shown};

/// Each word, what answers no call without it, a control that rests on it.
const WORDS: [(&str, Option<Module>, u8); 5] = [
    ("VM", Some(Module::Vm), 1),
    ("PC", Some(Module::Pc), 9),
    ("WAS", Some(Module::Was), 15),
    // Nothing is refused for want of agents: there are none.
    ("CA", None, 7),
    ("CLOUDVIEW", Some(Module::CloudView), 5),
];

fn profile(word: &str) -> Result<Profile, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    std::fs::write(&file, format!("require_modules = [\"{word}\"]\n")).unwrap();
    Profile::load(Some(&file), None, &[]).map_err(|error| error.to_string())
}

#[test]
fn a_module_that_is_named_must_be_there() {
    for (word, module, control) in WORDS {
        let refused = ENDPOINTS.iter().filter(|endpoint| Some(endpoint.module) == module);
        let refused: Vec<_> = refused.map(|endpoint| (endpoint.id, State::NotSubscribed)).collect();
        let case = || Case::new(control, "").reach(&refused);
        assert_eq!(case().outcome(), Outcome::NotApplicable, "{word}: {}", shown(&case().report()));
        let required = case().set(|current| *current = profile(word).unwrap());
        let key = format!("C{control:02}-01:subscription:tenant");
        assert_eq!(required.keys(""), [key], "{word}");
        assert_eq!(required.outcome(), Outcome::Fail, "{word}");
        let report = required.report();
        assert_eq!(report.findings[0].facts["module"], word);
        assert!(report.findings[0].message.contains(word), "{}", report.findings[0].message);
        // Another module's word asks for nothing here.
        let other = if word == "WAS" { "PC" } else { "WAS" };
        let other = case().set(|current| *current = profile(other).unwrap());
        assert_eq!(other.keys(""), Vec::<String>::new(), "{word}");
    }
}

#[test]
fn every_word_is_in_the_table_and_no_other_is_taken() {
    let refusal = profile("VMDR").unwrap_err();
    let words: Vec<&str> = WORDS.iter().map(|(word, ..)| *word).collect();
    assert!(refusal.contains(&format!("takes some of {}, not", words.join(", "))), "{refusal}");
    for word in ["GAV", "vm", "", "CV"] {
        assert!(profile(word).is_err(), "{word}");
    }
}

#[test]
fn an_agent_anywhere_shows_that_agents_were_bought() {
    let agent = |columns: &str| {
        format!(
            "INSERT INTO response VALUES (1, 'am/host-assets', 1, '2.0', 1774742400, 'a1', 900, 1);
             INSERT INTO host_asset (row, id, agent_id, agent_status, agent_modules, instance_state, \"offset\", length)
             VALUES ((1 << 24) + 1, 7, {columns}, 0, 90);"
        )
    };
    let keys = |rows: &str| {
        Case::new(7, rows).set(|current| *current = profile("CA").unwrap()).keys("C07-01")
    };
    assert_eq!(keys(&agent("NULL, NULL, NULL, NULL")), ["C07-01:subscription:tenant"]);
    assert_eq!(keys(&agent("'a', 'STATUS_ACTIVE', 'AGENT_VM', NULL")), Vec::<String>::new());
    assert_eq!(
        keys(&agent("'a', 'STATUS_ACTIVE', 'AGENT_VM', 'TERMINATED'")),
        Vec::<String>::new()
    );
    // Unless nobody knows.
    let cut = [("am/host-assets", State::Truncated)];
    let case = Case::new(7, "").reach(&cut).set(|current| *current = profile("CA").unwrap());
    assert_eq!(case.keys(""), Vec::<String>::new());
}

/// Without any agent its share fails by itself; the word says that they were to be there.
#[test]
fn hosts_without_agents_are_one_finding() {
    let rows = "INSERT INTO host (row, id, ip, os_family, last_vm_scan, \"offset\", length) VALUES ((1 << 24) + 1, 1, X'0A000001', 'linux', 1774742400, 0, 90);";
    let required = Case::new(7, rows).set(|current| *current = profile("CA").unwrap());
    let report = required.report();
    let findings: Vec<_> =
        report.findings.iter().filter(|finding| finding.check == "C07-01").collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::High);
}
