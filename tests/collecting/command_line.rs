//! What the program does before the first packet, and what it never does.

use crate::stage::{Simulator, collect, run, text};
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, endpoint};

#[test]
fn without_a_command_it_shows_help_and_starts_nothing() {
    let (code, output) = run(&mut collect());
    assert_eq!(code, Some(2));
    assert!(text(&output.stderr).contains("Usage: collect"));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_missing_login_off_a_terminal_names_the_variables() {
    let folder = tempfile::tempdir().unwrap();
    let (code, output) = run(collect().current_dir(folder.path()).args(["run", "--unsigned"]));
    assert_eq!(code, Some(2));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("QUALYS_USERNAME") && stderr.contains("QUALYS_PASSWORD"), "{stderr}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn what_is_wrong_before_the_first_packet_is_a_usage_error_without_a_call() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    std::fs::write(simulator.path("there.qsi"), "mine").unwrap();
    for arguments in [
        &["--out", "there.qsi"][..],
        &["--out", "-"],
        &["--controls", "21"],
        &["--controls", "vuln"],
        &["--api-url", "http://192.0.2.1"],
        &["--api-url", "https://u:p@api.example.com"],
        &["--timeout", "soon"],
        &["--parallel", "0"],
        &["--previous", "there.qsi"],
        &["--password-file", "missing"],
        &["--ca-file", "there.qsi"],
    ] {
        let (code, output) = run(simulator.collect("run").args(arguments));
        assert_eq!(code, Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).starts_with("error: "), "{arguments:?}");
    }
    assert_eq!(simulator.calls(), 0);
    assert_eq!(std::fs::read_to_string(simulator.path("there.qsi")).unwrap(), "mine");
}

#[test]
fn without_a_key_it_refuses_and_explains_how_to_make_one() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let mut command = collect();
    command.current_dir(simulator.path("")).args(["run", "--api-url", &simulator.url]);
    command.env("QUALYS_USERNAME", "exmpl_ab").env("QUALYS_PASSWORD", "correct-horse");
    let (code, output) = run(&mut command);
    assert_eq!(code, Some(2));
    assert!(text(&output.stderr).contains("collect keygen --out KEY --principal NAME"));
    let (code, _) = run(collect().current_dir(simulator.path("")).args([
        "keygen",
        "--out",
        "op.key",
        "--principal",
        "audit@example.com",
        "--no-passphrase",
    ]));
    assert_eq!(code, Some(0));
    command.args(["--signing-key", "op.key", "--quiet"]);
    let (code, output) = run(&mut command);
    assert_eq!((code, text(&output.stderr)), (Some(0), String::new()));
    // The default name: platform, login, UTC start.
    let name = text(&output.stdout);
    let name = name.trim();
    assert!(name.starts_with("evidence/127.0.0.1_"), "{name}");
    assert!(name.contains("-exmpl_ab-20") && name.ends_with("Z.qsi"), "{name}");
    let evidence = crate::stage::open(&simulator.path(name));
    assert!(evidence.signer.is_some());
}

#[test]
fn selected_controls_ask_for_what_they_need_and_record_the_rest() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let (code, output) =
        run(simulator.collect("run").args(["--out", "b.qsi", "--controls", "user-roles"]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let states = crate::stage::states(&simulator.path("b.qsi"));
    let needed = |endpoint: &Endpoint| {
        let is_source = |other: &Endpoint| {
            let sources = other.fan_out.map_or(&[][..], |fan_out| fan_out.sources);
            sources.iter().any(|source| source.endpoint == endpoint.id)
        };
        let asks = |row: &Endpoint| row.controls.contains(&13);
        asks(endpoint) || ENDPOINTS.iter().any(|other| asks(other) && is_source(other))
    };
    assert!(needed(endpoint("vm/users").unwrap()) && !needed(endpoint("vm/hosts").unwrap()));
    for endpoint in ENDPOINTS {
        let state = states[endpoint.id].as_str();
        assert_eq!(state != "skipped", needed(endpoint), "{} is {state}", endpoint.id);
    }
}

#[test]
fn plan_and_the_other_offline_commands_send_nothing() {
    for arguments in [
        &["plan", "--assume-hosts", "50000", "--assume-limit", "300"][..],
        &["endpoints"],
        &["endpoints", "--json"],
        &["version"],
        &["completions", "bash"],
        &["--help"],
        &["--version"],
    ] {
        let (code, output) = run(collect().args(arguments));
        assert_eq!(code, Some(0), "{arguments:?}: {}", text(&output.stderr));
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let (code, _) = run(collect().current_dir(folder.path()).args(["man", "pages"]));
    assert_eq!(code, Some(0));
    assert!(folder.path().join("pages/collect-run.1").exists());
}
