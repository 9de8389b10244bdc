//! A series of snapshots as Markdown, HTML, JSON, CSV and one SVG of sparklines.

use std::fmt::Write as _;

use serde_json::Number;

use super::RenderError;
use super::csv::{self, Dialect};
use super::diff_markdown::{cell, number};
use super::html;
use super::plain::plain;
use crate::compare::{MetricSeries, Trend};
use crate::finding::{Outcome, Severity};

/// A format of `analyze trend`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrendFormat {
    Markdown,
    Html,
    Json,
    Csv,
    Svg,
}

impl TrendFormat {
    pub const ALL: [Self; 5] = [Self::Markdown, Self::Html, Self::Json, Self::Csv, Self::Svg];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Svg => "svg",
        }
    }

    /// The file below the folder of reports.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Markdown => "trend.md",
            Self::Html => "trend.html",
            Self::Json => "trend.json",
            Self::Csv => "trend.csv",
            Self::Svg => "trend.svg",
        }
    }

    /// Reads one word of `--output`.
    ///
    /// # Errors
    /// A sentence with the formats that exist.
    pub fn parse(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
            let known = Self::ALL.map(Self::word).join(", ");
            format!("a trend is written as one of {known}, and not as `{word}`")
        })
    }

    /// # Errors
    /// None that comes from the content; see [`RenderError`].
    pub fn render(self, trend: &Trend, dialect: Dialect) -> Result<Vec<u8>, RenderError> {
        match self {
            Self::Markdown => Ok(markdown(trend).into_bytes()),
            Self::Html => Ok(html::trend(trend)?),
            Self::Csv => csv::trend(trend, dialect),
            Self::Svg => Ok(svg(trend).into_bytes()),
            Self::Json => {
                let document = serde_json::json!({
                    "format": "qsi-trend", "format_version": "1.0", "trend": trend,
                });
                let mut bytes = serde_json::to_vec_pretty(&document)?;
                bytes.push(b'\n');
                Ok(bytes)
            }
        }
    }
}

fn markdown(trend: &Trend) -> String {
    let mut text = format!("# Trend of subscription {}\n\n", cell(&trend.subscription));
    if !trend.comparable {
        text.push_str("**These snapshots were not all judged alike.** ");
    }
    if let Some(reason) = &trend.reason {
        let _ = writeln!(text, "{}.\n", cell(reason));
    }
    text.push_str("| as of | bundle | verdict | critical | high | medium | low | info |\n");
    text.push_str("|---|---|---|--:|--:|--:|--:|--:|\n");
    for point in &trend.snapshots {
        let counts = Severity::ALL.into_iter().rev().map(|it| point.findings.of(it).to_string());
        let counts: Vec<String> = counts.collect();
        let (file, verdict) = (cell(&point.file), cell(&point.verdict));
        let _ = writeln!(
            text,
            "| {} | {file} | {verdict}, {} | {} |",
            cell(&point.as_of),
            cell(&point.completeness),
            counts.join(" | ")
        );
    }
    text.push_str("\n| control | outcomes | headline metric | first | last | |\n");
    text.push_str("|---|---|---|--:|--:|---|\n");
    for series in &trend.controls {
        let outcomes: Vec<&str> = series.outcomes.iter().copied().map(word).collect();
        let (label, first, last, line) = series.metric.as_ref().map_or_else(
            || (String::new(), String::new(), String::new(), String::new()),
            |metric| {
                let shown = |value: Option<&Option<Number>>| {
                    value
                        .and_then(Option::as_ref)
                        .map_or("–".to_owned(), |it| number(it, &metric.unit))
                };
                let (first, last) = (shown(metric.values.first()), shown(metric.values.last()));
                (cell(&metric.label), first, last, blocks(metric))
            },
        );
        let _ = writeln!(
            text,
            "| {} {} | {} | {label} | {first} | {last} | {line} |",
            series.number,
            cell(&series.title),
            outcomes.join(" → ")
        );
    }
    text
}

fn word(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::NotAssessed) => "not assessed",
        Some(Outcome::NotApplicable) => "n/a",
        Some(outcome) => outcome.word(),
        None => "–",
    }
}

/// Where each value lies between the least and the greatest, 0 to 1; a ratio lies where it is.
pub(super) fn heights(metric: &MetricSeries) -> Vec<Option<f64>> {
    let values: Vec<Option<f64>> =
        metric.values.iter().map(|value| value.as_ref().and_then(Number::as_f64)).collect();
    let known = || values.iter().flatten().copied();
    let (low, high) = if metric.unit == "ratio" && known().all(|it| (0.0..=1.0).contains(&it)) {
        (0.0, 1.0)
    } else {
        (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max))
    };
    let height = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    values.into_iter().map(|value| value.map(height)).collect()
}

/// The sparkline in text; a gap is a dot.
fn blocks(metric: &MetricSeries) -> String {
    const STEPS: [(f64, char); 8] = [
        (0.125, '▁'),
        (0.25, '▂'),
        (0.375, '▃'),
        (0.5, '▄'),
        (0.625, '▅'),
        (0.75, '▆'),
        (0.875, '▇'),
        (f64::INFINITY, '█'),
    ];
    let block =
        |height: f64| STEPS.iter().find(|(limit, _)| height < *limit).map(|(_, step)| *step);
    heights(metric).into_iter().map(|height| height.and_then(block).unwrap_or('·')).collect()
}

const ROW: usize = 28;
const LEFT: usize = 420;
const WIDE: f64 = 200.0;

/// One row a control: its title, a line that breaks at gaps, a dot for every value, the last value.
fn svg(trend: &Trend) -> String {
    let rows: Vec<_> =
        trend.controls.iter().filter_map(|it| Some((it, it.metric.as_ref()?))).collect();
    let height = (rows.len() + 1) * ROW;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" width=\"760\" \
         role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Headline metrics of subscription {}</title>\n\
         <desc>{} snapshots; a line breaks where nothing was measured</desc>\n",
        escaped(&trend.subscription),
        trend.snapshots.len()
    );
    for (place, (series, metric)) in rows.into_iter().enumerate() {
        let top = place * ROW + 8;
        let _ = writeln!(text, "<g transform=\"translate(0 {top})\">");
        let _ = writeln!(
            text,
            "<text x=\"4\" y=\"14\" fill=\"currentColor\">{} {}: {}</text>",
            series.number,
            escaped(&series.id),
            escaped(&metric.label)
        );
        line(&mut text, &heights(metric));
        let last = metric.values.last().and_then(Option::as_ref);
        let last = last.map_or("–".to_owned(), |value| number(value, &metric.unit));
        let _ = writeln!(
            text,
            "<text x=\"640\" y=\"14\" fill=\"currentColor\">{}</text>\n</g>",
            escaped(&last)
        );
    }
    text.push_str("</svg>\n");
    text
}

fn line(text: &mut String, heights: &[Option<f64>]) {
    let steps = u32::try_from(heights.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX);
    let mut path = String::new();
    let mut dots = String::new();
    let mut drawn = false;
    for (height, step) in heights.iter().zip(0_u32..) {
        let Some(height) = height else {
            drawn = false;
            continue;
        };
        let x = WIDE * f64::from(step) / f64::from(steps);
        let y = (1.0 - height) * 18.0 + 1.0;
        let _ = write!(path, "{}{x:.1} {y:.1}", if drawn { "L" } else { "M" });
        let _ = write!(dots, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"1.8\"/>");
        drawn = true;
    }
    let _ = writeln!(
        text,
        "<g transform=\"translate({LEFT} 0)\" fill=\"#1f6feb\"><path d=\"{path}\" fill=\"none\" \
         stroke=\"#1f6feb\" stroke-width=\"1.5\"/>{dots}</g>"
    );
}

/// Text of the audited side inside XML.
fn escaped(text: &str) -> String {
    plain(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[Option<f64>], unit: &str) -> MetricSeries {
        MetricSeries {
            id: "m".to_owned(),
            label: "M".to_owned(),
            unit: unit.to_owned(),
            values: values.iter().map(|value| value.and_then(Number::from_f64)).collect(),
        }
    }

    #[test]
    fn gaps_are_gaps() {
        assert_eq!(blocks(&series(&[Some(0.0), None, Some(1.0)], "ratio")), "▁·█");
        assert_eq!(blocks(&series(&[Some(5.0), Some(9.0)], "count")), "▁█");
        assert_eq!(blocks(&series(&[Some(7.0), Some(7.0)], "count")), "▅▅", "flat is no extreme");
        let mut text = String::new();
        line(&mut text, &[Some(0.0), Some(1.0), None, Some(0.5)]);
        assert_eq!(text.matches('M').count(), 2, "{text}");
        assert_eq!(text.matches('L').count(), 1, "{text}");
        assert_eq!(text.matches("<circle").count(), 3, "{text}");
    }

    #[test]
    fn a_share_is_drawn_where_it_is() {
        assert_eq!(heights(&series(&[Some(0.8), Some(0.9)], "ratio")), [Some(0.8), Some(0.9)]);
    }
}
