//! Progress on stderr: bars on a terminal, one line a finished endpoint elsewhere, or nothing.

use crate::clock::later;
use crate::terminal::{counted, harmless, lasted, say};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use std::time::Duration;

/// Waits from this length on are worth a line of their own where there are no bars.
const LONG: Duration = Duration::from_mins(1);

pub(crate) enum Progress {
    Quiet,
    Lines,
    Bars(MultiProgress),
}

/// The line of one endpoint.
pub(crate) struct Row<'p> {
    progress: &'p Progress,
    endpoint: &'static str,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(quiet: bool, attended: bool) -> Self {
        match (quiet, attended) {
            (true, _) => Self::Quiet,
            (false, false) => Self::Lines,
            (false, true) => Self::Bars(MultiProgress::new()),
        }
    }

    pub(crate) fn row(&self, endpoint: &'static str) -> Row<'_> {
        let bar = match self {
            Self::Quiet | Self::Lines => None,
            Self::Bars(bars) => {
                let bar = bars.add(ProgressBar::new_spinner());
                if let Ok(style) =
                    ProgressStyle::with_template("{spinner:.cyan} {prefix:24} {elapsed:>4} {msg}")
                {
                    bar.set_style(style);
                }
                bar.set_prefix(endpoint);
                bar.enable_steady_tick(Duration::from_millis(200));
                Some(bar)
            }
        };
        Row { progress: self, endpoint, bar }
    }

    /// Takes unfinished bars off the screen.
    pub(crate) fn close(&self) {
        if let Self::Bars(bars) = self {
            let _closed = bars.clear();
        }
    }

    /// A line for people, above the bars.
    pub(crate) fn line(&self, text: &str) {
        match self {
            Self::Quiet => {}
            Self::Lines => say(&harmless(text)),
            Self::Bars(bars) => {
                let _closed = bars.println(harmless(text));
            }
        }
    }
}

impl Row<'_> {
    /// So many pages and records are safe in the bundle.
    pub(crate) fn kept(&self, pages: u64, records: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{}, {}", counted(pages, "page"), counted(records, "record")));
        }
    }

    /// Nothing happens until then, and why.
    pub(crate) fn waits(&self, now: Timestamp, length: Duration, why: &str) {
        let until = later(now, length).strftime("%H:%M:%SZ").to_string();
        let length_text = lasted(length.as_secs().max(1));
        match &self.bar {
            Some(bar) => {
                bar.set_message(format!("waiting {length_text}: {why}, goes on {until}"));
            }
            None if length >= LONG => self
                .progress
                .line(&format!("{} waits {length_text}: {why}, goes on {until}", self.endpoint)),
            None => {}
        }
    }

    /// The endpoint's last word.
    pub(crate) fn ends(
        self,
        state: &str,
        pages: u64,
        records: u64,
        took: Duration,
        reason: Option<&str>,
    ) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut line = format!(
            "{:<24} {state}: {}, {}, {}",
            self.endpoint,
            counted(pages, "page"),
            counted(records, "record"),
            lasted(took.as_secs())
        );
        if let Some(reason) = reason {
            line.push_str(": ");
            line.push_str(reason);
        }
        self.progress.line(&line);
    }
}
