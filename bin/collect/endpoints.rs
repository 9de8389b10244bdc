//! `collect endpoints`: the catalogue as a table or as JSON.

use crate::error::Error;
use crate::terminal::data;
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Family, Method, Module};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// # Errors
/// Stdout cannot be written.
pub(crate) fn run(as_json: bool) -> Result<(), Error> {
    let text = if as_json { json_text() } else { table() };
    data(&text).map_err(|source| Error::write("stdout".as_ref(), source))
}

fn table() -> String {
    let mut out = format!("{:<22} {:<6} {:<10} newest call\n", "endpoint", "family", "module");
    for endpoint in ENDPOINTS {
        let path = endpoint.variants.first().map_or("", |newest| newest.path);
        let _ = writeln!(
            out,
            "{:<22} {:<6} {:<10} {} {path}",
            endpoint.id,
            family(endpoint.family),
            module(endpoint.module),
            method(endpoint.method),
        );
    }
    out
}

fn json_text() -> String {
    let all: Vec<Value> = ENDPOINTS.iter().map(value).collect();
    format!("{:#}\n", Value::Array(all))
}

fn value(endpoint: &Endpoint) -> Value {
    let variants: Vec<Value> = endpoint
        .variants
        .iter()
        .map(|v| json!({"version": v.version, "path": v.path, "params": v.params}))
        .collect();
    let redactions: Vec<Value> =
        endpoint.redact.iter().map(|r| json!({"rule": r.rule, "path": r.path})).collect();
    let fan_out = endpoint.fan_out.map(|fan_out| {
        let sources: Vec<Value> = fan_out
            .sources
            .iter()
            .map(|source| json!({"endpoint": source.endpoint, "path": source.path}))
            .collect();
        json!({"sources": sources, "param": fan_out.param, "batch": fan_out.batch})
    });
    json!({
        "id": endpoint.id,
        "family": family(endpoint.family),
        "module": module(endpoint.module),
        "method": method(endpoint.method),
        "variants": variants,
        "record": endpoint.record,
        "since": endpoint.since,
        "fan_out": fan_out,
        "redactions": redactions,
        "controls": endpoint.controls,
    })
}

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
        Module::Vm => "vm",
        Module::Pc => "pc",
        Module::Was => "was",
        Module::CloudView => "cloudview",
        Module::Assets => "assets",
    }
}

fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Post => "POST",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_name_every_endpoint_once() {
        let parsed: Vec<Value> = serde_json::from_str(&json_text()).expect("JSON");
        assert_eq!(parsed.len(), ENDPOINTS.len());
        for endpoint in ENDPOINTS {
            assert_eq!(parsed.iter().filter(|row| row["id"] == endpoint.id).count(), 1);
            assert!(table().contains(endpoint.id));
        }
    }
}
