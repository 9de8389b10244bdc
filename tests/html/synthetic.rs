//! Reports that no tenant made: as many findings as asked, any text in every place that takes one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use qualys_sec_inspector::analyzers::ANALYZERS;
use qualys_sec_inspector::assess::{
    Answer, BothSides, Bundle, Change, Comparison, ControlChange, ControlCounts, ControlResult,
    CoverageEntry, CustodyEvent, DeploymentChange, Edit, Examples, Failure, Filter, FindingChange,
    MetricChange, Movement, ParameterEntry, PartsChange, Previous, ProfileEntry, Report,
    RequirementResult, ScopeEntry, SeverityCounts, Signature, StatusChange, Summary, Tool,
    WaiverResult, WaiverState,
};
use qualys_sec_inspector::finding::{
    CheckResult, CheckState, Evidence, Finding, Metric, Outcome, Resource, Severity, Status,
};
use qualys_sec_inspector::framework;
use qualys_sec_inspector::profile::InputFile;
use serde_json::{Map, Number, Value, json};
use sha2::{Digest as _, Sha256};

/// Outcomes in turn, so that the page shows each.
const OUTCOMES: [Outcome; 6] = [
    Outcome::Fail,
    Outcome::Pass,
    Outcome::Warn,
    Outcome::NotAssessed,
    Outcome::NotApplicable,
    Outcome::Error,
];

/// Texts of the audited side. The number tells values apart.
pub(crate) type Text = fn(u64) -> String;

/// What a tenant would say.
pub(crate) fn harmless(number: u64) -> String {
    let digest = hex(&number.to_le_bytes());
    format!("web-{}.dmz.corp.example", digest.get(..10).unwrap())
}

/// What a tenant would say to take the page over, hide something, or run in a spreadsheet.
pub(crate) fn hostile(number: u64) -> String {
    let texts = [
        "</script><script>window.pwned=1</script>",
        "<img src=x onerror=\"window.pwned=2\">",
        "\"><svg onload='window.pwned=3'>",
        "' autofocus onfocus=window.pwned=4 x='",
        "</style><style>*{display:none}</style>",
        "</title></td></table><!--",
        "javascript:window.pwned=5",
        "\u{202e}gpj.exe\u{2066}\u{200b}",
        "\u{1b}[2J\u{1b}]0;pwned\u{7}\u{9b}31m\0",
        "=HYPERLINK(\"http://x.example\")",
        "+1+cmd|' /C calc'!A0",
        "{{ 7*7 }} ${7*7} {% raw %}",
        "&lt;script&gt; &#60; &amp",
        "a,\"b\"\r\nc",
        "東京 Ünïcode 😀",
    ];
    let text = texts[usize::try_from(number).unwrap() % texts.len()];
    format!("{text}{number}")
}

pub(crate) fn report(findings: u64, text: Text) -> Report {
    let findings = self::findings(findings, text);
    let mut controls: Vec<ControlResult> = ANALYZERS
        .iter()
        .zip(OUTCOMES.iter().cycle())
        .map(|(analyzer, outcome)| ControlResult {
            number: analyzer.number,
            id: analyzer.id.into(),
            title: analyzer.title.into(),
            outcome: *outcome,
            basis: (*outcome == Outcome::NotAssessed).then_some(Outcome::Pass),
            assessed: 1,
            of: analyzer.checks.len() as u64,
            findings: SeverityCounts::default(),
            accepted: 0,
            frameworks: framework::requirements(analyzer.number),
            metrics: metrics(analyzer.number),
            checks: analyzer.checks.iter().map(|check| checked(check.id, *outcome, text)).collect(),
        })
        .collect();
    let mut summary = Summary {
        controls: counts(&controls),
        findings: SeverityCounts::default(),
        hidden: SeverityCounts { info: 3, ..SeverityCounts::default() },
        accepted: 0,
    };
    for finding in &findings {
        match finding.status {
            Status::Accepted => summary.accepted += 1,
            Status::Open => summary.findings.add(finding.severity),
        }
        let of = controls.iter_mut().find(|control| control.number == finding.control);
        match (of, finding.status) {
            (Some(control), Status::Open) => control.findings.add(finding.severity),
            (Some(control), Status::Accepted) => control.accepted += 1,
            (None, _) => {}
        }
    }
    Report {
        format: "qsi-report".into(),
        format_version: "1.0".into(),
        tool: Tool { name: "qualys-sec-inspector".into(), version: "0.0.0".into() },
        as_of: "2026-03-28T02:10:00Z".to_owned(),
        bundle: bundle(text),
        scope: ScopeEntry {
            login: text(1),
            role: Some(text(2)),
            view: "partial".into(),
            source: "vm/users".to_owned(),
        },
        profile: profile(text),
        coverage: coverage(text),
        summary,
        filter: Filter { severity: Severity::Low, controls: (1..=20).collect() },
        controls,
        waivers: waivers(text),
        comparison: None,
        notes: vec![text(3)],
        requirements: requirements(text),
        evidence: answers(&findings, text),
        findings,
    }
}

/// The report beside an earlier snapshot, with each thing that can become of a finding.
pub(crate) fn compared(findings: u64, text: Text) -> Report {
    let mut report = report(findings, text);
    let fates = report.findings.iter().zip(Change::ALL.iter().cycle());
    let findings = fates.map(|(finding, change)| FindingChange {
        key: finding.key.clone(),
        check: finding.check.clone(),
        control: finding.control,
        change: *change,
        from: (*change != Change::New).then_some(Severity::Medium),
        to: Some(finding.severity),
        status: StatusChange { from: None, to: Some(finding.status) },
        name: finding.resource.name.clone(),
        message: Some(finding.message.clone()),
        reason: None,
    });
    report.comparison = Some(Comparison {
        previous: Previous {
            id: text(40),
            root: text(41),
            as_of: "2026-02-28T02:10:00Z".to_owned(),
        },
        comparable: false,
        reason: Some(text(42)),
        severity: Severity::Low,
        worst_new: Some(Severity::High),
        findings: findings.collect(),
        controls: vec![
            ControlChange {
                number: 1,
                id: "scan-schedule".to_owned(),
                from: Some(Outcome::Pass),
                to: Some(Outcome::Fail),
            },
            ControlChange { number: 2, id: text(43), from: None, to: Some(Outcome::Pass) },
        ],
        metrics: vec![
            moved(1, "share", text(51), None),
            moved(3, "share", text(52), Number::from_f64(0.25)),
            moved(3, "other", text(53), Number::from_f64(0.75)),
        ],
        deployment: vec![DeploymentChange {
            control: 13,
            kind: text(44),
            id: text(45),
            name: Some(text(46)),
            change: Edit::Changed,
            field: Some(text(47)),
            from: Some(text(48)),
            to: Some(text(49)),
            evidence: BothSides { old: Some("ev:3#1".to_owned()), new: Some(text(50)) },
        }],
        movements: vec![Movement {
            control: 1,
            id: text(52),
            label: text(53),
            count: None,
            remark: Some(text(54)),
            evidence: Examples { old: vec!["ev:3".to_owned()], new: vec![text(55)] },
        }],
    });
    report
}

fn moved(control: u8, id: &str, label: String, to: Option<Number>) -> MetricChange {
    let from = Number::from_f64(0.5);
    let parts = Some(PartsChange { from: Some([1, 2]), to: None });
    MetricChange { control, id: id.to_owned(), label, unit: "ratio".into(), from, to, parts }
}

/// One answer of each list, and the pages of hosts that findings point at.
fn answers(findings: &[Finding], text: Text) -> Vec<Answer> {
    let pages = findings.len().div_ceil(500) as u64;
    let seqs = [7].into_iter().chain(100..100 + pages.max(5));
    let answer = |seq: u64| Answer {
        id: format!("ev:{seq}"),
        response: seq,
        endpoint: if seq == 7 { "vm/scan-schedules" } else { "vm/hosts" }.to_owned(),
        state: "ok".to_owned(),
        page: seq.saturating_sub(99).max(1),
        records: 500,
        bytes: 470_000,
        time: "2026-03-26T02:10:00Z".to_owned(),
        sha256: (seq != 104).then(|| hex(&seq.to_le_bytes())),
        method: "POST".to_owned(),
        url: format!("qualysapi.example/api/2.0/fo/asset/host/{}", text(33)),
        parameters: vec![("id_min".to_owned(), text(34))],
        status: Some(200),
        media: Some("text/xml".to_owned()),
    };
    seqs.map(answer).collect()
}

fn requirements(text: Text) -> Vec<RequirementResult> {
    let mut rows: Vec<RequirementResult> = Vec::new();
    for control in 1..=20 {
        for (framework, ids) in framework::requirements(control).iter() {
            for id in ids {
                let known = rows
                    .iter_mut()
                    .find(|row| row.framework == framework && row.requirement == *id);
                match known {
                    Some(row) => row.controls.push(control),
                    None => rows.push(RequirementResult {
                        framework: framework.to_owned().into(),
                        requirement: id.clone(),
                        title: text(35).into(),
                        outcome: Outcome::Fail,
                        controls: vec![control],
                        open: 1234,
                    }),
                }
            }
        }
    }
    rows
}

fn counts(controls: &[ControlResult]) -> ControlCounts {
    let of = |outcome| controls.iter().filter(|control| control.outcome == outcome).count() as u64;
    ControlCounts {
        pass: of(Outcome::Pass),
        fail: of(Outcome::Fail),
        warn: of(Outcome::Warn),
        not_assessed: of(Outcome::NotAssessed),
        not_applicable: of(Outcome::NotApplicable),
        error: of(Outcome::Error),
    }
}

fn checked(id: &'static str, state: CheckState, text: Text) -> CheckResult {
    CheckResult {
        id: id.into(),
        core: id.ends_with("-01"),
        severity: Severity::High,
        state,
        subjects: 12_345,
        failed: 678,
        unknown: 9,
        reason: (!state.is_assessed()).then(|| text(4)),
    }
}

fn metrics(control: u8) -> Vec<Metric> {
    let limit = Number::from_f64(0.8).unwrap();
    let mut metrics = vec![
        Metric::ratio("share", "Subjects that are well", u64::from(control), 21).against(limit),
        Metric::ratio("empty", "Subjects of nothing", 0, 0),
        Metric::count("count", "Subjects", 12_345),
    ];
    metrics.extend((0..20).map(|day| {
        let age = Number::from(u64::from(control) * day);
        Metric::measured(format!("age_{day}"), "Age of the oldest", Some(age), "days").against(30)
    }));
    let counted = |id: &str, count| Metric::count(id, "Counted", count);
    if control == 1 {
        metrics.push(Metric::ratio("groups_covered", "Groups", 1_171, 1_182));
        metrics.extend(
            [("groups_partial", 3), ("groups_uncovered", 10), ("groups_unknown", 1)]
                .map(|(id, count)| counted(id, count)),
        );
    }
    if control == 10 {
        for class in ["critical", "high", "medium", "low"] {
            let bands = ["0_15d", "15_30d", "30_90d", "90d"];
            let bands = bands.iter().zip([0, 12, 1_234, 56_789]);
            metrics
                .extend(bands.map(|(band, count)| counted(&format!("open_{class}_{band}"), count)));
        }
    }
    metrics
}

/// Numbers that look random and are the same in every run.
fn pseudo(number: u64) -> u64 {
    let digest = Sha256::digest(number.to_le_bytes());
    u64::from_le_bytes(*digest.first_chunk().unwrap())
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn findings(count: u64, text: Text) -> Vec<Finding> {
    let checks: Vec<_> = ANALYZERS
        .iter()
        .flat_map(|analyzer| analyzer.checks.iter().map(|check| (analyzer.number, check)))
        .collect();
    let kinds = ["host", "qid", "asset_group", "schedule", "appliance"];
    let mut findings: Vec<Finding> = (0..count)
        .map(|number| {
            let random = pseudo(number);
            let pick = |of: usize, at: u32| usize::try_from(random >> at & 0xffff).unwrap() % of;
            // A few checks find most, as in a tenant: each about one kind of thing.
            let nth = pick(checks.len(), 0) * pick(checks.len(), 16) / checks.len();
            let (control, check) = &checks[nth];
            let kind = kinds[nth % kinds.len()];
            let id = 200_000_000 + number * 7 + random % 7;
            let name = text(number);
            let days = random % 400;
            let resource = Resource::new(kind, id).named(name.clone());
            let resource = if pick(50, 32) == 0 { resource.told_apart(text(5)) } else { resource };
            let key = resource.key(check.id);
            Finding {
                fingerprint: hex(key.as_bytes()),
                key,
                check: check.id.to_owned(),
                control: *control,
                severity: if pick(20, 40) == 0 { Severity::Critical } else { check.severity },
                status: if pick(40, 24) == 0 { Status::Accepted } else { Status::Open },
                message: format!(
                    "{name} is open for {days} days, {} longer than promised",
                    days / 2
                ),
                remediation: format!("Mend it: {}", check.id),
                facts: facts(days, text),
                members: if pick(100, 8) == 0 { vec![text(6), text(7)] } else { Vec::new() },
                evidence: evidence(number, id),
                resource,
            }
        })
        .collect();
    findings.sort_by(|a, b| a.key.cmp(&b.key));
    findings
}

fn facts(days: u64, text: Text) -> Map<String, Value> {
    let facts =
        json!({"days": days, "limit_days": 30, "note": text(8), "unknown": null, "ids": [1, 2]});
    facts.as_object().unwrap().clone()
}

/// The record of the resource itself in a page of 500 hosts, and a part of another answer.
fn evidence(number: u64, id: u64) -> Vec<Evidence> {
    let pointer = |seq: u64, endpoint: &str, record: String, offset: u64| Evidence {
        id: format!("ev:{seq}#{record}"),
        response: i64::try_from(seq).unwrap(),
        endpoint: endpoint.into(),
        sha256: hex(&seq.to_le_bytes()).into(),
        offset: i64::try_from(offset).unwrap(),
        length: 940,
    };
    let offset = number % 500 * 940;
    vec![
        pointer(100 + number / 500, "vm/hosts", id.to_string(), offset),
        pointer(7, "vm/scan-schedules", "4711".to_owned(), 0),
    ]
}

fn bundle(text: Text) -> Bundle {
    Bundle {
        file: text(9),
        id: text(10),
        root: format!("sha256:{}", text(11)),
        platform: text(12),
        subscription: text(13),
        collected_from: "2026-03-26T02:10:00Z".to_owned(),
        collected_to: "2026-03-26T04:55:00Z".to_owned(),
        verdict: "broken".into(),
        completeness: "partial".to_owned(),
        signature: Some(Signature { signer: Some(text(14)), key: text(15) }),
        custody: vec![CustodyEvent {
            n: 1,
            event: text(16),
            actor: text(17),
            time: text(18),
            verdict: Some(text(19)),
        }],
        failures: vec![Failure { check: 13, code: text(20), place: Some(text(21)) }],
    }
}

fn profile(text: Text) -> ProfileEntry {
    let entry =
        |value: Value, origin: &'static str| ParameterEntry { value, origin: origin.into() };
    let parameters = BTreeMap::from([
        ("c01.max_interval_days".to_owned(), entry(json!(30), "default")),
        ("c02.min_ratio".to_owned(), entry(json!(0.8), "baseline")),
        ("scope.ignore_asset_groups".to_owned(), entry(json!([text(22), text(23)]), "profile")),
        ("sla.critical".to_owned(), entry(json!(7), "flag")),
        (text(24), entry(Value::Null, "default")),
    ]);
    ProfileEntry {
        name: text(25),
        baseline: "seed".into(),
        sha256: hex(b"profile"),
        parameters,
        require_modules: vec!["VM".to_owned(), text(26)],
        inputs: vec![InputFile {
            input: "kev".into(),
            file: text(27),
            sha256: hex(b"kev"),
            rows: 1234,
        }],
    }
}

fn coverage(text: Text) -> Vec<CoverageEntry> {
    let states = [
        ("vm/asset-groups", "present"),
        ("vm/detections", "truncated"),
        ("vm/hosts", "present"),
        ("vm/scan-schedules", "denied"),
        ("was/web-apps", "not_subscribed"),
        ("vm/excluded-ips", "empty"),
    ];
    let entry = |(endpoint, state): (&str, &'static str)| CoverageEntry {
        endpoint: endpoint.to_owned(),
        state: state.into(),
        pages: 12,
        records: 34_567,
        reason: (state != "present").then(|| text(28)),
    };
    states.into_iter().map(entry).collect()
}

fn waivers(text: Text) -> Vec<WaiverResult> {
    let states = [
        WaiverState::Accepted,
        WaiverState::Expired,
        WaiverState::Unmatched,
        WaiverState::TooBroad,
        WaiverState::Lapsed,
    ];
    states
        .into_iter()
        .map(|state| WaiverResult {
            finding: format!("C01-01:host:{}", text(29)),
            state,
            reason: text(30),
            approver: Some(text(31)),
            approved: Some("2026-01-01".to_owned()),
            expires: "2026-12-31".to_owned(),
            ticket: Some(text(32)),
        })
        .collect()
}
