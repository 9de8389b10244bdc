//! What people read: lines on stderr, the data line on stdout, text of strangers made harmless.

use crate::error::Error;
use console::{Style, Term};
use std::error::Error as _;
use std::io::{self, Write as _};

/// A line for people. A closed stderr is no reason to stop collecting.
pub(crate) fn say(line: &str) {
    let _closed = writeln!(io::stderr(), "{line}");
}

/// Data, on stdout. A reader that went away is no failure.
///
/// # Errors
/// Any other failure to write.
pub(crate) fn data(text: &str) -> io::Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done,
    }
}

pub(crate) fn warn(line: &str) {
    say(&format!("{} {}", mark("warning:", Style::new().yellow().bold()), harmless(line)));
}

/// The error, its causes and what to do, one line each.
pub(crate) fn report(error: &Error) {
    say(&format!("{} {}", mark("error:", Style::new().red().bold()), harmless(&error.to_string())));
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let text = inner.to_string();
        // Some errors repeat their cause in their own words.
        if !said.ends_with(&text) {
            say(&format!("caused by: {}", harmless(&text)));
            said = text;
        }
        cause = inner.source();
    }
    if let Some(help) = error.help() {
        say(&format!("{} {}", mark("help:", Style::new().cyan().bold()), harmless(&help)));
    }
}

fn mark(word: &str, style: Style) -> String {
    style.for_stderr().apply_to(word).to_string()
}

/// Plain text from here on; without it a terminal gets colour.
pub(crate) fn no_colour() {
    console::set_colors_enabled_stderr(false);
}

/// Is there a terminal at the other end of stderr, for bars?
pub(crate) fn is_attended() -> bool {
    Term::stderr().is_term()
}

/// Text without control and direction characters, which could rewrite a terminal's screen.
pub(crate) fn harmless(text: &str) -> String {
    let hostile = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hostile(c) { '\u{fffd}' } else { c }).collect()
}

/// `40512` as `40,512`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 page`, `41 pages`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A length of time in its two greatest units: `7m12s`, `3h05m`.
pub(crate) fn lasted(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_strangers_cannot_steer_the_terminal() {
        assert_eq!(
            harmless("a\x1b[2Jb\u{202e}c\u{9b}d\ne"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d\u{fffd}e"
        );
        assert_eq!(harmless("Größe 東京"), "Größe 東京");
    }

    #[test]
    fn numbers_and_times_read_well() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(40_512), "40,512");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "page"), "1 page");
        assert_eq!(counted(0, "record"), "0 records");
        assert_eq!(lasted(59), "59s");
        assert_eq!(lasted(432), "7m12s");
        assert_eq!(lasted(11_100), "3h05m");
    }
}
