//! The login's password is nowhere but on the wire.

use crate::stage::{LOGIN, PASSWORD, Simulator, open, run, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qualys_sec_inspector::bundle::Error;
use qualys_sec_inspector::bundle::record::Record;

#[test]
fn neither_the_bundle_nor_the_messages_hold_the_password() {
    let simulator = Simulator::start(&[]);
    let (code, output) = run(simulator.collect("run").args(["--out", "b.qsi"]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let token = STANDARD.encode(format!("{LOGIN}:{PASSWORD}"));
    // Tokens are three parts in Base64, the first of which is an object: `{"` is `eyJ`.
    let forms = [PASSWORD, &token, "Tr0ub4dor", "QualysSession=", "eyJ"];
    let evidence = open(&simulator.path("b.qsi"));
    let mut reader = evidence.reader().unwrap();
    let mut body = Vec::new();
    let mut searched = 0;
    evidence
        .records(|_, record| {
            let bytes = record.to_jcs()?;
            let mut texts = vec![String::from_utf8_lossy(&bytes).into_owned()];
            if let Record::Exchange(exchange) = record
                && let Some(stored) = exchange.body
            {
                reader.read(stored.id, &mut body)?;
                texts.push(String::from_utf8_lossy(&body).into_owned());
                assert_eq!(exchange.removed, ["authorization"]);
            }
            for text in texts {
                searched += 1;
                for form in forms {
                    assert!(!text.contains(form), "{form} stands in the bundle");
                }
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    assert!(searched > 20, "{searched}");
    for stream in [&output.stdout, &output.stderr] {
        assert!(forms.iter().all(|form| !text(stream).contains(form)));
    }
    let raw = std::fs::read(simulator.path("b.qsi")).unwrap();
    assert!(!String::from_utf8_lossy(&raw).contains("Tr0ub4dor"));
}

#[test]
fn with_oauth_everything_arrives_and_no_token_is_kept() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let mut command = simulator.collect("run");
    command.env("QUALYS_USE_OAUTH", "true").args(["--out", "b.qsi"]);
    let (code, output) = run(&mut command);
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let mut minted = 0;
    open(&simulator.path("b.qsi"))
        .records(|_, record| {
            let text = String::from_utf8_lossy(&record.to_jcs()?).into_owned();
            assert!(!text.contains("eyJ") && !text.contains(PASSWORD), "{text}");
            if let Record::Exchange(exchange) = record
                && exchange.path == "/auth"
            {
                minted += 1;
                assert!(exchange.body.is_none());
                let rules: Vec<&str> =
                    exchange.redactions.iter().map(|r| r.rule.as_str()).collect();
                assert_eq!(rules, ["password", "token"]);
            }
            Ok::<(), Error>(())
        })
        .unwrap();
    assert_eq!(minted, 1);
}

#[test]
fn a_password_on_the_command_line_works_and_warns() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let mut command = simulator.collect("run");
    command.env_remove("QUALYS_PASSWORD").args(["--out", "b.qsi", "--password", PASSWORD]);
    let (code, output) = run(&mut command);
    let stderr = text(&output.stderr);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("warning: ") && stderr.contains("--password-file"), "{stderr}");
    assert!(!stderr.contains(PASSWORD));
}

#[test]
fn the_first_record_says_who_with_what_and_what_for() {
    let simulator = Simulator::start(&["--tenant", "tidy"]);
    let (code, output) = run(simulator.collect("run").args([
        "--out",
        "b.qsi",
        "--operator",
        "A. Operator",
        "--case",
        "C-1",
        "--purpose",
        "audit",
        "--challenge",
        "nonce-1",
    ]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let evidence = open(&simulator.path("b.qsi"));
    let predicate = &evidence.manifest.predicate;
    assert_eq!(predicate.operator.name.as_deref(), Some("A. Operator"));
    assert_eq!(predicate.operator.case.as_deref(), Some("C-1"));
    assert_eq!(predicate.challenge.as_deref(), Some("nonce-1"));
    assert_eq!(predicate.target.login, LOGIN);
    assert_eq!(predicate.tool.executable.as_ref().map(String::len), Some(64));
    assert!(predicate.clock.is_some());
    // The next bundle names this one.
    let (code, output) =
        run(simulator.collect("run").args(["--out", "c.qsi", "--previous", "b.qsi"]));
    assert_eq!(code, Some(0), "{}", text(&output.stderr));
    let next = open(&simulator.path("c.qsi"));
    let relation = format!("{:?}", next.manifest.predicate.relation);
    assert!(relation.contains(&predicate.bundle_id), "{relation}");
}
