//! The offline promise: nothing that can open a socket is built into `analyze`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![expect(clippy::disallowed_types, reason = "this test runs cargo and the built program")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeSet;
use std::process::{Command, Output};

/// Crates that bring a socket, a TLS stack or an event loop with them.
const NETWORK: &[&str] = &[
    "axum",
    "curl",
    "h2",
    "hyper",
    "mio",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "socket2",
    "tokio",
    "ureq",
];

/// Calls that make a program a client or a server.
const CALLS: &[&str] =
    &["accept", "accept4", "bind", "connect", "getaddrinfo", "listen", "res_init", "socket"];

fn crates(features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--no-default-features"])
        .args(features)
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<String> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(crates.contains("rusqlite"), "the tree was not read: {crates:?}");
    crates
}

#[test]
fn the_offline_build_depends_on_no_network_crate() {
    for features in [&[][..], &["--features", "tui"][..]] {
        let crates = crates(features);
        let found: Vec<_> = NETWORK.iter().filter(|name| crates.contains(**name)).collect();
        assert!(found.is_empty(), "{features:?}: {found:?}");
    }
}

/// The list is only worth something if it names what the online build really contains.
#[test]
fn the_deny_list_would_catch_the_collector() {
    let crates = crates(&["--features", "online,sim"]);
    for name in ["axum", "hyper", "mio", "reqwest", "rustls", "tokio"] {
        assert!(crates.contains(name), "{name} is not in the online build");
    }
}

/// Runs a tool of the platform; `None`, with a message, where it is not installed.
fn tool(name: &str, args: &[&str]) -> Option<Output> {
    if let Ok(output) = Command::new(name).args(args).output() {
        return Some(output);
    }
    eprintln!("skipped: {name} is not installed");
    None
}

#[cfg(target_os = "linux")]
#[test]
fn the_default_binary_imports_no_socket_call() {
    let program = env!("CARGO_BIN_EXE_analyze");
    let Some(output) = tool("nm", &["-D", "--undefined-only", program]) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let symbols = String::from_utf8(output.stdout).unwrap();
    let imported: BTreeSet<&str> = symbols
        .lines()
        .filter_map(|line| line.split_whitespace().last())
        .map(|symbol| symbol.split('@').next().unwrap_or(symbol))
        .collect();
    assert!(imported.contains("read"), "the symbols were not read: {imported:?}");
    let found: Vec<_> = CALLS.iter().filter(|call| imported.contains(**call)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_default_binary_runs_in_an_empty_network_namespace() {
    let Some(allowed) = tool("unshare", &["-rn", "true"]) else { return };
    if !allowed.status.success() {
        eprintln!("skipped: this machine allows no network namespaces");
        return;
    }
    let output = tool("unshare", &["-rn", env!("CARGO_BIN_EXE_analyze"), "version"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains(env!("CARGO_PKG_VERSION")));
}
