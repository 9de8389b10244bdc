//! `trend.html`: many snapshots in a row, as a page of its own.

use std::io;

use askama::Template as _;
use serde_json::Number;

use super::chart;
use super::number::{self, grouped, plural};
use super::shell::{PAGE, Shell};
use super::words::{self, Sign};
use crate::compare::{MetricSeries, Point, Series, Trend};
use crate::finding::Severity;
use crate::report::trend::heights;

#[derive(askama::Template)]
#[template(path = "html/trend.html")]
struct Page<'a> {
    shell: Shell,
    trend: &'a Trend,
    count: String,
    span: String,
    snapshots: Vec<Snapshot<'a>>,
    severities: Vec<Line>,
    controls: Vec<Control<'a>>,
    heads: Vec<Head<'a>>,
    rows: Vec<Row>,
}

/// A control with a headline, as a column of numbers.
struct Head<'a> {
    series: &'a Series,
    unit: &'a str,
}

/// One snapshot's numbers.
struct Row {
    day: String,
    values: Vec<String>,
}

struct Snapshot<'a> {
    point: &'a Point,
    time: String,
    /// Open findings, most severe first.
    counts: Vec<String>,
    total: String,
}

/// One series, drawn and said.
struct Line {
    sign: Option<Sign>,
    word: &'static str,
    /// SVG.
    spark: String,
    first: String,
    last: String,
    by: String,
}

struct Control<'a> {
    series: &'a Series,
    /// What it came to in each snapshot.
    outcomes: Vec<Came>,
    label: &'a str,
    line: Option<Line>,
}

struct Came {
    sign: Option<Sign>,
    title: String,
}

/// Renders the page. The same series gives the same bytes.
///
/// # Errors
/// A writer into memory that failed.
pub(in super::super) fn render(trend: &Trend) -> io::Result<Vec<u8>> {
    let days: Vec<String> = trend.snapshots.iter().map(|point| words::day(&point.as_of)).collect();
    let first = days.first().cloned().unwrap_or_default();
    let last = days.last().cloned().unwrap_or_default();
    let span = if first == last { first } else { format!("{first} to {last}") };
    let count = plural(trend.snapshots.len() as u64, "snapshot", "snapshots");
    let newest = trend.snapshots.last();
    let newest = newest.map(|point| format!("newest bundle {} root {}", point.id, point.root));
    let evidence: Vec<String> =
        [Some(format!("{count} of {}, {span}", trend.subscription)), newest]
            .into_iter()
            .flatten()
            .collect();
    let page = Page {
        shell: Shell::new(
            format!("Qualys deployment trend: {}, {span}", trend.subscription),
            concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
            PAGE,
            &evidence,
        ),
        trend,
        count,
        span,
        snapshots: trend.snapshots.iter().map(snapshot).collect(),
        severities: severities(trend),
        controls: trend.controls.iter().map(|series| control(series, &days)).collect(),
        heads: headlines(trend)
            .map(|(series, metric)| Head { series, unit: unit(metric) })
            .collect(),
        rows: (0..).zip(days).map(|(at, day)| row(trend, at, day)).collect(),
    };
    let mut bytes = Vec::new();
    page.write_into(&mut bytes)?;
    Ok(bytes)
}

fn headlines(trend: &Trend) -> impl Iterator<Item = (&Series, &MetricSeries)> {
    trend.controls.iter().filter_map(|series| Some((series, series.metric.as_ref()?)))
}

fn unit(metric: &MetricSeries) -> &str {
    if metric.unit == "ratio" { "%" } else { &metric.unit }
}

fn row(trend: &Trend, at: usize, day: String) -> Row {
    let value = |metric: &MetricSeries| {
        let value = metric.values.get(at).and_then(Option::as_ref);
        let said = number::measured(value, &metric.unit);
        // The unit stands at the head of the column.
        said.trim_end_matches(unit(metric)).trim_end().to_owned()
    };
    Row { day, values: headlines(trend).map(|(_, metric)| value(metric)).collect() }
}

fn snapshot(point: &Point) -> Snapshot<'_> {
    let counts = Severity::ALL.into_iter().rev().map(|it| grouped(point.findings.of(it)));
    Snapshot {
        point,
        time: words::time(&point.as_of),
        counts: counts.collect(),
        total: grouped(point.findings.total()),
    }
}

/// All of them, then each severity, from nothing upwards.
fn severities(trend: &Trend) -> Vec<Line> {
    let series = |count: &dyn Fn(&Point) -> u64| -> Vec<Option<Number>> {
        trend.snapshots.iter().map(|point| Some(count(point).into())).collect()
    };
    let mut lines = vec![counts(None, "all", &series(&|point| point.findings.total()))];
    for severity in Severity::ALL.into_iter().rev() {
        let values = series(&|point| point.findings.of(severity));
        lines.push(counts(Some(words::severity(severity)), severity.word(), &values));
    }
    lines
}

fn counts(sign: Option<Sign>, word: &'static str, values: &[Option<Number>]) -> Line {
    let numbers: Vec<f64> = values
        .iter()
        .map(|value| value.as_ref().and_then(Number::as_f64).unwrap_or_default())
        .collect();
    let most = numbers.iter().copied().fold(1.0, f64::max);
    let heights: Vec<Option<f64>> = numbers.iter().map(|number| Some(number / most)).collect();
    line(sign, word, values, &heights, "count")
}

fn line(
    sign: Option<Sign>,
    word: &'static str,
    values: &[Option<Number>],
    heights: &[Option<f64>],
    unit: &str,
) -> Line {
    let (first, last) = (values.first(), values.last());
    let said =
        |value: Option<&Option<Number>>| number::measured(value.and_then(Option::as_ref), unit);
    let gaps = heights.iter().filter(|height| height.is_none()).count() as u64;
    let mut title = values
        .iter()
        .map(|value| number::measured(value.as_ref(), unit))
        .collect::<Vec<_>>()
        .join(", ");
    if gaps > 0 {
        title = format!("{title}; nothing measured in {}", plural(gaps, "snapshot", "snapshots"));
    }
    Line {
        sign,
        word,
        spark: chart::spark(&title, heights),
        first: said(first),
        last: said(last),
        by: number::moved(first.and_then(Option::as_ref), last.and_then(Option::as_ref), unit)
            .unwrap_or_default(),
    }
}

fn control<'a>(series: &'a Series, days: &[String]) -> Control<'a> {
    let metric: Option<&MetricSeries> = series.metric.as_ref();
    let outcomes = series.outcomes.iter().zip(days).map(|(outcome, day)| {
        let sign = outcome.map(words::outcome);
        let word = sign.map_or("not selected", |sign| sign.word);
        Came { sign, title: format!("{day}: {word}") }
    });
    Control {
        series,
        outcomes: outcomes.collect(),
        label: metric.map_or("", |metric| &metric.label),
        line: metric.map(|metric| line(None, "", &metric.values, &heights(metric), &metric.unit)),
    }
}
