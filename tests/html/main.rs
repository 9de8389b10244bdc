//! `report.html`, `diff.html` and `trend.html` as bytes: what they may hold, what they may not, how
//! large they get. The browser's half is `tests/browser/run`, which opens the pages that these tests leave in
//! Cargo's folder for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod colour;
mod series;
mod synthetic;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use qualys_sec_inspector::assess::Report;
use qualys_sec_inspector::report::{Dialect, Diff, DiffFormat, Format, Options, TrendFormat};
use regex::Regex;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use synthetic::{Text, harmless, hostile};

/// The largest tenant that the page is measured with.
const HUGE: u64 = 100_000;
const HUGE_BYTES: usize = 4_000_000;
const HUGE_NODES: usize = 30_000;

fn page(report: &Report) -> String {
    let files = Format::Html.render(report, Options::default()).unwrap();
    let [file] = <[_; 1]>::try_from(files).unwrap();
    assert_eq!(file.name, "report.html");
    String::from_utf8(file.bytes).unwrap()
}

/// What changed, as a page of its own.
fn changes(findings: u64, text: Text) -> String {
    page_of_changes(&synthetic::compared(findings, text))
}

fn page_of_changes(report: &Report) -> String {
    let diff = Diff::new(report, report).unwrap();
    String::from_utf8(diff.render(DiffFormat::Html, Options::default()).unwrap()).unwrap()
}

fn trend(snapshots: u8, text: Text) -> String {
    let trend = series::trend(snapshots, text);
    String::from_utf8(TrendFormat::Html.render(&trend, Dialect::default()).unwrap()).unwrap()
}

/// One of each kind.
fn pages(text: Text) -> [String; 3] {
    [page(&synthetic::compared(200, text)), changes(200, text), trend(7, text)]
}

/// Leaves the page where the browser's test opens it.
fn leave(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("html");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), page).unwrap();
}

/// The page without its packed findings and its script, which are no markup.
fn markup(page: &str) -> String {
    Regex::new(r"(?s)<script.*?</script>|<style>.*?</style>")
        .unwrap()
        .replace_all(page, "")
        .into_owned()
}

fn between<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    page.split(start).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

fn packed(page: &str) -> Value {
    let text = between(page, r#"<script type="application/gzip" id="island">"#, "</script>");
    let bytes = STANDARD.decode(text.first().unwrap()).unwrap();
    let mut json = String::new();
    GzDecoder::new(&*bytes).read_to_string(&mut json).unwrap();
    serde_json::from_str(&json).unwrap()
}

/// Names of the tags, in order.
fn skeleton(page: &str) -> Vec<String> {
    let tag = Regex::new(r"</?[a-zA-Z!][a-zA-Z0-9]*").unwrap();
    tag.find_iter(&markup(page)).map(|found| found.as_str().to_owned()).collect()
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(page(&synthetic::report(500, hostile)), page(&synthetic::report(500, hostile)));
    assert_eq!(pages(hostile), pages(hostile));
}

#[test]
fn the_policy_names_the_page_s_own_styles_and_script_and_nothing_else() {
    for page in pages(hostile) {
        let policy = between(&page, r#"Content-Security-Policy" content=""#, "\"");
        let policy = policy.first().unwrap().replace("&#39;", "'");
        let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
        let styles: Vec<String> =
            between(&page, "<style>", "</style>").into_iter().map(hash).collect();
        let scripts: Vec<String> =
            between(&page, "<script>", "</script>").into_iter().map(hash).collect();
        assert_eq!((styles.len(), scripts.len()), (2, 1));
        let expected = format!(
            "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; \
             form-action 'none'",
            scripts.join(" "),
            styles.join(" ")
        );
        assert_eq!(policy, expected);
    }
}

#[test]
fn nothing_is_fetched_and_nothing_runs_but_the_script() {
    let attribute = Regex::new(
        r"<[a-zA-Z][^>]*?\s(src|srcset|style|on[a-z]+|action|formaction|data|poster|background)=",
    );
    let attribute = attribute.unwrap();
    for page in [pages(harmless), pages(hostile)].concat() {
        let markup = markup(&page);
        assert_eq!(attribute.find(&markup).map(|found| found.as_str()), None);
        for target in between(&markup, "href=\"", "\"") {
            assert!(target.starts_with('#'), "{target}");
        }
        for element in ["<link", "<iframe", "<object", "<embed", "<base", "<img", "<form action"] {
            assert!(!markup.contains(element), "{element}");
        }
        for style in between(&page, "<style>", "</style>") {
            assert!(!style.contains("@import") && !style.contains("://"));
            for target in between(style, "url(", ")") {
                assert!(target.starts_with('#'), "{target}");
            }
        }
    }
}

#[test]
fn the_script_never_makes_markup_of_text() {
    for page in pages(harmless) {
        let scripts = between(&page, "<script>", "</script>");
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "Function(",
            "createContextualFragment",
            "DOMParser",
            "setHTML",
            "srcdoc",
            "fetch(",
            "XMLHttpRequest",
            "import(",
            "WebSocket",
            "sendBeacon",
            "localStorage",
        ] {
            assert!(!scripts.first().unwrap().contains(word), "{word}");
        }
    }
}

#[test]
fn hostile_text_adds_no_tag() {
    let tenant = |text| page(&synthetic::compared(300, text));
    let hostile = tenant(self::hostile);
    assert_eq!(skeleton(&tenant(harmless)), skeleton(&hostile));
    leave("hostile.html", &hostile);
    for (kind, text) in pages(harmless).iter().zip(pages(self::hostile)) {
        assert_eq!(skeleton(kind), skeleton(&text));
    }
    leave("diff.html", &changes(60, self::hostile));
    leave("trend.html", &trend(7, self::hostile));
    leave("long-trend.html", &trend(60, harmless));
    leave("small.html", &page(&synthetic::compared(60, self::hostile)));
}

#[test]
fn what_hides_or_turns_text_is_written_out() {
    let page = page(&synthetic::compared(300, hostile));
    let hides = |text: &str| {
        text.chars().find(|character| {
            matches!(character, '\0'..='\x08' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
    };
    for page in pages(hostile) {
        assert_eq!(hides(&page), None);
    }
    assert_eq!(hides(&page), None);
    assert!(page.contains("⟨U+202E⟩gpj.exe"));
    let shown = packed(&page);
    let names = shown["name"].as_array().unwrap();
    assert!(names.iter().all(|name| hides(name.as_str().unwrap()).is_none()));
}

#[test]
fn every_link_leads_into_the_page_and_no_id_stands_twice() {
    let plain = page(&synthetic::compared(400, harmless));
    for page in [&plain, &changes(400, harmless), &trend(7, harmless)] {
        let markup = markup(page);
        let ids = between(&markup, " id=\"", "\"");
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
        let dead: BTreeSet<&str> = between(&markup, "href=\"#", "\"")
            .into_iter()
            .filter(|target| !unique.contains(target))
            .collect();
        assert!(dead.is_empty(), "{dead:?}");
    }
    leave("plain.html", &plain);
}

#[test]
fn the_worst_fifty_of_each_control_stand_in_the_page_itself() {
    let mut report = synthetic::report(4000, harmless);
    let page = page(&report);
    report.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
    let mut expected = BTreeSet::new();
    let mut cut = 0;
    for control in 1..=20 {
        let of = report.findings.iter().filter(|finding| finding.control == control);
        cut += usize::from(of.clone().count() > 50);
        let anchors = of.take(50).map(|finding| finding.fingerprint.get(..12).unwrap().to_owned());
        expected.extend(anchors);
    }
    let shown = between(&page, "<tr id=\"f-", "\"").into_iter().map(str::to_owned);
    assert_eq!(shown.collect::<BTreeSet<_>>(), expected);
    assert!(cut > 10, "only {cut} controls have more than stands in the page");
}

#[test]
fn every_finding_is_in_the_packed_columns() {
    let report = synthetic::report(2000, harmless);
    let data = packed(&page(&report));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut keys = Vec::new();
    let mut before = 0;
    for row in 0..2000 {
        let number = |column: &str| usize::try_from(data[column][row].as_u64().unwrap()).unwrap();
        let (check, kind) = (number("check"), number("kind"));
        let id = match data["id"][row].as_i64() {
            Some(step) => {
                before += step;
                before.to_string()
            }
            None => text(&data["id"][row]),
        };
        let mut key =
            format!("{}:{}:{}", text(&data["checks"][check][0]), text(&data["kinds"][kind]), id);
        if let Some(apart) = data["apart"].get(row.to_string()) {
            key = format!("{key}:{}", text(apart));
        }
        let own = report.findings.iter().find(|finding| finding.key == key).unwrap();
        let message = text(&data["message"][row]).replace('\u{2}', &text(&data["name"][row]));
        assert_eq!(message, own.message);
        let severity = text(&data["severity"]).as_bytes()[row] - b'0';
        assert_eq!(severity, own.severity as u8);
        let pointers: Vec<String> = text(&data["evidence"][row])
            .split(' ')
            .map(|pointer| format!("ev:{}", pointer.replace('\u{1}', &own.resource.id)))
            .collect();
        let expected: Vec<String> = own.evidence.iter().map(|pointer| pointer.id.clone()).collect();
        assert_eq!(pointers, expected);
        keys.push(key);
    }
    keys.sort();
    assert_eq!(keys, report.findings.iter().map(|finding| finding.key.clone()).collect::<Vec<_>>());
}

#[test]
fn a_hundred_thousand_findings_stay_small() {
    let page = page(&synthetic::report(HUGE, harmless));
    leave("huge.html", &page);
    let nodes = Regex::new("<[a-z]").unwrap().find_iter(&markup(&page)).count();
    assert!(page.len() <= HUGE_BYTES, "{} bytes", page.len());
    assert!(nodes <= HUGE_NODES, "{nodes} elements");
}

#[test]
fn sections_stand_in_the_order_of_a_reader_s_questions() {
    let page = page(&synthetic::report(10, harmless));
    let sections = between(&page, "<section id=\"", "\"");
    assert_eq!(
        sections,
        [
            "verification",
            "verdict",
            "unseen",
            "controls",
            "frameworks",
            "findings",
            "waivers",
            "evidence",
            "method"
        ]
    );
}

#[test]
fn changes_stand_there_only_where_something_was_compared() {
    let page = page(&synthetic::compared(100, harmless));
    let changes = between(&page, "<section id=\"changes\"", "</section>");
    let changes = changes.first().unwrap();
    for said in ["new", "resolved", "no longer in scope", "no longer visible to us", "unchanged"] {
        assert!(changes.contains(said), "{said}");
    }
    let letters = packed(&page)["change"].as_str().unwrap().to_owned();
    assert_eq!(letters.len(), 100);
    assert!(letters.contains('n') && letters.contains('u') && letters.contains('w'));
}

/// Who does not see a picture reads it, in its title and in a table.
#[test]
fn every_chart_says_what_it_shows() {
    for page in pages(harmless) {
        let charts = between(&page, "<svg class=\"chart ", "</svg>");
        assert!(!charts.is_empty());
        for chart in charts {
            let title = chart.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
            assert!(chart.contains("role=\"img\"") && title.len() > 3, "{chart}");
        }
    }
    let page = page(&synthetic::compared(10, harmless));
    for (chart, title, twin) in [
        (
            "ages",
            "high: 0 of 0–15 days, 12 of 15–30 days, 1,234 of 30–90 days",
            "<td class=\"num\">56,789</td>",
        ),
        ("dots", "Of 1,182 asset groups: 1,168 reached", "<td class=\"num\">1,168</td>"),
        ("slope", "Open findings by severity: critical ", "Open findings by severity</caption>"),
        ("two", "50.0 % before, 25.0 % now", "<td class=\"num\">−25 points</td>"),
    ] {
        assert!(page.contains(&format!("<svg class=\"chart {chart}\"")), "{chart}");
        assert!(page.contains(title) && page.contains(twin), "{chart}");
    }
}

#[test]
fn a_trend_shows_its_gaps() {
    let page = trend(7, harmless);
    let sparks = between(&page, "<svg class=\"chart spark\"", "</svg>");
    assert_eq!(sparks.len(), 6 + 19);
    let broken = |spark: &&&str| spark.contains("class=\"gap\"");
    assert_eq!(sparks.iter().filter(broken).count(), 6, "controls 3, 6, … 18");
    let values = page.split_once("<section id=\"values\"").unwrap().1;
    assert_eq!(values.matches("<td class=\"num\">n/a</td>").count(), 6);
    assert!(page.contains("nothing measured in 1 snapshot") && page.contains(": not selected"));
    assert!(page.contains("<b>Not all of these snapshots were judged alike.</b>"));
    assert_eq!(
        between(&page, "<section id=\"", "\""),
        ["findings", "controls", "snapshots", "values"]
    );
    // A single snapshot, and none at all, are still pages.
    assert!(trend(1, harmless).contains("1 snapshot"));
    assert!(trend(0, harmless).contains("0 snapshots"));
}

/// What cannot be counted says so and why; a count of nothing is left out.
#[test]
fn what_happened_in_between_stands_with_its_examples() {
    let page = changes(10, harmless);
    let (_, rest) = page.split_once("<h3>What happened in between</h3>").unwrap();
    let (table, _) = rest.split_once("</table>").unwrap();
    assert!(table.contains(">unknown<") && table.contains("before ev:3"), "{table}");
    let mut report = synthetic::compared(10, harmless);
    let movement = &mut report.comparison.as_mut().unwrap().movements[0];
    (movement.count, movement.remark) = (Some(0), None);
    assert!(!page_of_changes(&report).contains("What happened in between"));
}

#[test]
fn nothing_that_moved_is_said_to_be_nothing() {
    let mut report = synthetic::compared(10, harmless);
    let comparison = report.comparison.as_mut().unwrap();
    comparison.findings.clear();
    comparison.controls.clear();
    comparison.metrics.clear();
    comparison.deployment.clear();
    comparison.movements.clear();
    let diff = Diff::new(&report, &report).unwrap();
    let page = diff.render(DiffFormat::Html, Options::default()).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("Nothing changed between the two."));
    assert!(!page.contains("chart stack"));
}

#[test]
fn an_empty_report_is_a_page() {
    let mut report = synthetic::report(0, harmless);
    report.controls.clear();
    report.coverage.clear();
    report.waivers.clear();
    report.bundle.signature = None;
    let page = page(&report);
    assert!(page.contains("the bundle is not signed"));
    assert!(page.ends_with("</html>\n") || page.ends_with("</html>"));
    leave("empty.html", &page);
}
