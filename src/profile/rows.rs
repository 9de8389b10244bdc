//! Rows of a CSV input file, read by the names of their columns, with the line of each mistake.

use std::path::Path;

use csv::StringRecord;
use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::ProfileError;
use super::waiver::day_end;

/// The reader counts empty lines before a record to the record.
fn first_line(position: &csv::Position, bytes: &[u8]) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = bytes.get(start..).unwrap_or_default().iter();
    let blank = rest.take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

pub(super) struct Rows<'a> {
    pub(super) path: &'a Path,
    pub(super) bytes: &'a [u8],
}

pub(super) struct Row<'a> {
    path: &'a Path,
    header: &'a StringRecord,
    record: &'a StringRecord,
    /// Line of the file that the row starts on.
    line: u64,
}

impl Rows<'_> {
    /// Header names decide, their order is free, unknown columns are ignored.
    pub(super) fn each(
        &self,
        required: &[&str],
        mut read: impl FnMut(&Row<'_>) -> Result<(), ProfileError>,
    ) -> Result<(), ProfileError> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
        let fault = |error: &csv::Error| ProfileError::Row {
            file: self.path.to_owned(),
            line: error.position().map_or(1, csv::Position::line),
            message: match error.kind() {
                csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".to_owned(),
                other => format!("{other:?}"),
            },
        };
        let header = reader.headers().map_err(|error| fault(&error))?.clone();
        for name in required {
            if !header.iter().any(|column| column == *name) {
                return Err(ProfileError::Row {
                    file: self.path.to_owned(),
                    line: 1,
                    message: format!("the header has no column `{name}`"),
                });
            }
        }
        for record in reader.records() {
            let record = record.map_err(|error| fault(&error))?;
            let line = record.position().map_or(0, |at| first_line(at, bytes));
            read(&Row { path: self.path, header: &header, record: &record, line })?;
        }
        Ok(())
    }
}

impl Row<'_> {
    /// `None` where the column is missing or empty.
    pub(super) fn get(&self, column: &str) -> Option<&str> {
        let index = self.header.iter().position(|name| name == column)?;
        self.record.get(index).filter(|text| !text.is_empty())
    }

    pub(super) fn required(&self, column: &str) -> Result<&str, ProfileError> {
        self.get(column).ok_or_else(|| self.error(format!("`{column}` is empty")))
    }

    pub(super) fn parsed<T: std::str::FromStr>(
        &self,
        column: &str,
        what: &str,
    ) -> Result<Option<T>, ProfileError> {
        self.get(column)
            .map(|text| {
                text.parse().map_err(|_| self.error(format!("`{column}` is {text:?}, not {what}")))
            })
            .transpose()
    }

    /// `yes`/`no`, `true`/`false`, `1`/`0` in any letter case.
    pub(super) fn flag(&self, column: &str, default: bool) -> Result<bool, ProfileError> {
        self.get(column).map_or(Ok(default), |text| {
            flag(text)
                .ok_or_else(|| self.error(format!("`{column}` is {text:?}, neither yes nor no")))
        })
    }

    /// A copy of the value; `None` where the column is missing or empty.
    pub(super) fn owned(&self, column: &str) -> Option<String> {
        self.get(column).map(str::to_owned)
    }

    /// The first second after a last valid day.
    pub(super) fn day(&self, text: &str, column: &str) -> Result<i64, ProfileError> {
        text.parse::<Date>()
            .map_err(|_| self.error(format!("`{column}` is {text:?}, not a day as 2026-06-30")))
            .and_then(|day| day_end(day).map_err(|message| self.error(message)))
    }

    pub(super) fn instant(&self, text: &str, column: &str) -> Result<i64, ProfileError> {
        let start = text.parse::<Timestamp>().or_else(|_| {
            text.parse::<Date>()
                .and_then(|day| day.to_zoned(TimeZone::UTC))
                .map(|midnight| midnight.timestamp())
        });
        start
            .map(Timestamp::as_second)
            .map_err(|_| self.error(format!("`{column}` is {text:?}, not a day or RFC 3339 time")))
    }

    pub(super) fn error(&self, message: String) -> ProfileError {
        ProfileError::Row { file: self.path.to_owned(), line: self.line, message }
    }
}

/// Reads a yes or no.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}
