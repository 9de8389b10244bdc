//! Sides of comparisons: reports as JSON with a few places changed, models with a few rows.

use std::collections::BTreeSet;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::super::Snapshot;
use crate::analyzers::{self, ANALYZERS};
use crate::assess::Report;

/// The clock of every report.
pub(in crate::compare) const AS_OF: i64 = 1_774_664_400;

/// One side; a model where it is a bundle.
pub(in crate::compare) struct Side {
    report: Report,
    model: Option<Connection>,
}

impl Side {
    pub(in crate::compare) fn of(findings: impl IntoIterator<Item = Value>) -> Self {
        let mut findings: Vec<Value> = findings.into_iter().collect();
        findings.sort_by_key(|finding| finding["key"].as_str().unwrap().to_owned());
        Self { report: serde_json::from_value(report(&findings)).unwrap(), model: None }
    }

    pub(in crate::compare) fn on(mut self, model: Connection) -> Self {
        self.model = Some(model);
        self
    }

    pub(in crate::compare) fn into_report(self) -> Report {
        self.report
    }

    pub(in crate::compare) fn snapshot(&self) -> Snapshot<'_> {
        Snapshot { report: &self.report, model: self.model.as_ref(), inputs: None }
    }

    /// Another value at a place of the report.
    pub(in crate::compare) fn with(self, place: &str, value: Value) -> Self {
        let report = serde_json::to_value(&self.report).unwrap().with(place, value);
        Self { report: serde_json::from_value(report).unwrap(), ..self }
    }

    /// Another value in the first check of control 1.
    pub(in crate::compare) fn check(self, place: &str, value: Value) -> Self {
        self.with(&format!("/controls/0/checks/0{place}"), value)
    }

    pub(in crate::compare) fn endpoint(mut self, endpoint: &str, state: &str) -> Self {
        let row = self.report.coverage.iter_mut().find(|row| row.endpoint == endpoint).unwrap();
        row.state = state.to_owned().into();
        self
    }
}

pub(in crate::compare) trait With {
    fn with(self, place: &str, value: Value) -> Self;
}

impl With for Value {
    fn with(mut self, place: &str, value: Value) -> Self {
        *self.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        self
    }
}

pub(in crate::compare) fn finding(key: &str, severity: &str) -> Value {
    let mut parts = key.splitn(4, ':');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (check, kind, id, more) = (part(), part(), part(), part());
    let discriminator = if more.is_empty() { Value::Null } else { json!(more) };
    json!({
        "key": key, "fingerprint": "00", "check": check,
        "control": check[1..3].parse::<u8>().unwrap(), "severity": severity, "status": "open",
        "resource": {"type": kind, "id": id, "name": null, "discriminator": discriminator},
        "message": "something is wrong", "remediation": "", "facts": {}, "members": [], "evidence": [],
    })
}

pub(in crate::compare) fn rolled(key: &str, members: &[String], severity: &str) -> Value {
    finding(key, severity).with("/members", json!(members))
}

fn report(findings: &[Value]) -> Value {
    let failing: BTreeSet<&str> =
        findings.iter().map(|one| one["check"].as_str().unwrap()).collect();
    let controls: Vec<Value> = ANALYZERS
        .iter()
        .map(|analyzer| {
            let checks: Vec<Value> =
                analyzer.checks.iter().map(|check| result(check, &failing)).collect();
            let fails = checks.iter().any(|check| check["state"] == "fail");
            json!({
                "number": analyzer.number, "id": analyzer.id, "title": analyzer.title,
                "outcome": if fails { "fail" } else { "pass" }, "basis": null,
                "assessed": checks.len(), "of": checks.len(), "frameworks": {},
                "findings": {"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0},
                "accepted": 0,
                "metrics": [{"id": "share", "label": "Share", "value": 0.5, "numerator": 1,
                             "denominator": 2, "unit": "ratio", "threshold": null}],
                "checks": checks,
            })
        })
        .collect();
    let coverage: Vec<Value> = endpoints().into_iter()
        .map(|id| json!({"endpoint": id, "state": "present", "pages": 1, "records": 1, "reason": null}))
        .collect();
    let none = json!({"critical": 0, "high": 0, "medium": 0, "low": 0, "info": 0});
    let counts = json!({"pass": 0, "fail": 0, "warn": 0, "not_assessed": 0, "not_applicable": 0, "error": 0});
    json!({
        "format": "qsi-report", "format_version": "1.0", "tool": {"name": "t", "version": "1"},
        "as_of": "2026-03-28T02:20:00Z",
        "bundle": {"file": "a.qsi", "id": "1", "root": "sha256:00", "platform": "us1",
            "subscription": "acme", "collected_from": "2026-03-28T02:20:00Z",
            "collected_to": "2026-03-28T02:30:00Z", "verdict": "trusted", "completeness": "complete",
            "signature": null, "custody": [], "failures": []},
        "scope": {"login": "acme_ma1", "role": "Manager", "view": "full", "source": "vm/users"},
        "profile": {"name": "seed", "baseline": "seed", "sha256": "aa", "parameters": {},
            "require_modules": [], "inputs": []},
        "coverage": coverage,
        "summary": {"controls": counts, "findings": none, "hidden": none, "accepted": 0},
        "filter": {"severity": "info", "controls": (1..=20).collect::<Vec<u8>>()},
        "controls": controls, "findings": findings, "waivers": [], "comparison": null, "notes": [],
        "requirements": [], "evidence": [],
    })
}

fn result(check: &analyzers::Check, failing: &BTreeSet<&str>) -> Value {
    let fails = failing.contains(check.id);
    json!({"id": check.id, "core": check.core, "severity": check.severity,
           "state": if fails { "fail" } else { "pass" }, "subjects": 9, "failed": u8::from(fails),
           "unknown": 0, "reason": null})
}

/// A model with these rows, bound to the clock of the reports; answer 0 is of the host list, answer
/// 1 of the tag list.
pub(in crate::compare) fn model(rows: &str) -> Connection {
    let model = Connection::open_in_memory().unwrap();
    model.execute_batch(include_str!("../../../sql/model.sql")).unwrap();
    analyzers::prepare(&model, &crate::profile::Inputs::default()).unwrap();
    let setting =
        "INSERT INTO setting VALUES (?1, 86400, 604800, 'qualys', 5, 4, 3, 2, 1, 0, 0, 1)";
    model.execute(setting, [AS_OF]).unwrap();
    model
        .execute_batch("INSERT INTO response VALUES (0, 'vm/hosts', 1, '2.0', 0, '99', 1000000, 9), (1, 'am/tags', 1, '2.0', 0, 'aa', 1000000, 9);")
        .unwrap();
    model.execute_batch(rows).unwrap();
    model
}

pub(in crate::compare) fn host(id: i64, scanned: i64) -> String {
    format!(
        "INSERT INTO host (row, id, last_vm_scan, \"offset\", length) VALUES ({id}, {id}, {scanned}, 0, 1);"
    )
}

/// Every endpoint that a check needs; those that list hosts, addresses and tags are among them.
fn endpoints() -> BTreeSet<&'static str> {
    let checks = ANALYZERS.iter().flat_map(|analyzer| analyzer.checks);
    checks
        .flat_map(|check| check.needs.iter().chain(check.any_of.iter().copied().flatten()))
        .copied()
        .collect()
}
