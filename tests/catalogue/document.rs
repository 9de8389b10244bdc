//! `docs/endpoints.md` is made from the catalogue: `UPDATE_DOCS=1 cargo test --test catalogue`.

use crate::specification::LINES;
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Family, Method, Module, Paging};
use std::fmt::Write as _;

const FILE: &str = "docs/endpoints.md";

const BEGINNING: &str = "\
# What `collect` asks

Every call of the collector, generated from the catalogue (`src/catalogue/`): do not edit. \
All of them list or export; none launches, adds, changes or deletes anything, which \
`tests/catalogue` holds over every row.

*Versions* are tried newest first; the one that answered is recorded in the bundle. *Family* says \
which server answers in which form:

| family | server | authentication | form |
|---|---|---|---|
| `fo`, `fo-csv` | API server | Basic, or the bearer token with `--oauth` | XML, or CSV |
| `msp` | API server | Basic alone | XML |
| `qps`, `qps-json` | API server | Basic, or the bearer token with `--oauth` | XML, or JSON |
| `gateway` | gateway | bearer token, minted with the login | JSON |
| `cloudview` | portal | Basic, or the bearer token with `--oauth` | JSON |

A login that sees only its own scope gives a partial view, and the report says so.
";

fn family(family: Family) -> &'static str {
    match family {
        Family::FoXml => "fo",
        Family::FoCsv => "fo-csv",
        Family::MspXml => "msp",
        Family::QpsXml => "qps",
        Family::QpsJson => "qps-json",
        Family::GatewayJson => "gateway",
        Family::CloudViewJson => "cloudview",
    }
}

fn module(module: Module) -> &'static str {
    match module {
        Module::Vm => "VM",
        Module::Pc => "Policy Compliance",
        Module::Was => "Web Application Scanning",
        Module::CloudView => "CloudView",
        Module::Assets => "Global AssetView or CSAM",
    }
}

fn paging(endpoint: &Endpoint) -> String {
    let way = match endpoint.paging {
        Paging::Whole => "one answer",
        Paging::NextUrl => "next URL",
        Paging::CsvFooter => "footer, else window",
        Paging::LastId => "last id",
        Paging::LastSeenAsset => "last seen asset",
        Paging::PageNo => "page number",
    };
    let Some(fan_out) = endpoint.fan_out else { return way.to_owned() };
    let mut sources: Vec<String> =
        fan_out.sources.iter().map(|source| format!("`{}`", source.endpoint)).collect();
    sources.dedup();
    let batch =
        if fan_out.batch == 1 { "each id".into() } else { format!("{} ids", fan_out.batch) };
    format!("{way}; for {batch} of {}", sources.join(", "))
}

/// Path with its versions: `/api/{5.0, 2.0}/fo/asset/host/`.
fn path(endpoint: &Endpoint) -> String {
    let mut versions: Vec<&str> = endpoint.variants.iter().map(|v| v.version).collect();
    versions.dedup();
    let newest = endpoint.variants.first().unwrap();
    let path = newest.path.replace("{}", "*id*");
    let in_path = format!("/{}/", newest.version);
    if versions.len() > 1 && path.contains(&in_path) {
        path.replacen(&in_path, &format!("/{{{}}}/", versions.join(", ")), 1)
    } else {
        path
    }
}

fn text() -> String {
    let mut out = BEGINNING.to_owned();
    out.push_str("\n## Calls\n\n");
    out.push_str(
        "| endpoint | call | family | paging | proves | controls | seen whole by | module |\n",
    );
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for endpoint in ENDPOINTS {
        let method = match endpoint.method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        let controls: Vec<String> = endpoint.controls.iter().map(u8::to_string).collect();
        let _ = writeln!(
            out,
            "| `{}` | {method} {} | {} | {} | {} | {} | {} | {} |",
            endpoint.id,
            path(endpoint),
            family(endpoint.family),
            paging(endpoint),
            endpoint.proves,
            controls.join(" "),
            endpoint.role,
            module(endpoint.module),
        );
    }
    out.push_str("\n## The specification's lines\n\n");
    out.push_str("| specification | information | endpoints | correction |\n|---|---|---|---|\n");
    for line in LINES {
        let endpoints: Vec<String> = line.endpoints.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            line.call,
            line.purpose,
            endpoints.join(", "),
            line.correction
        );
    }
    let listed = |id: &str| LINES.iter().any(|line| line.endpoints.contains(&id));
    let further: Vec<String> = ENDPOINTS
        .iter()
        .filter(|endpoint| !listed(endpoint.id))
        .map(|endpoint| format!("`{}`", endpoint.id))
        .collect();
    let _ =
        writeln!(out, "\nBeyond these lines, because controls need them: {}.", further.join(", "));
    out
}

#[test]
fn the_document_is_the_catalogues() {
    let text = text();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let stored = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(stored == text, "{FILE} is old: UPDATE_DOCS=1 cargo test --test catalogue");
}

#[test]
fn every_row_says_what_it_proves() {
    for endpoint in ENDPOINTS {
        assert!(!endpoint.proves.is_empty() && !endpoint.role.is_empty(), "{}", endpoint.id);
    }
}
