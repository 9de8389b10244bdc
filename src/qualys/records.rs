//! The records of a body, whichever format it came in, and the segments of the evidence bundle.
use super::envelope::Envelope;
use super::record::Record;
use super::text::BOM;
use super::xml::ReadError;
use super::{csv, json, xml};
use crate::catalogue::Family;
use std::convert::Infallible;

/// Reads an answer in XML or JSON, whichever it is: errors come in another format than was asked for.
/// A record of either has the same shape, see [`json`].
pub fn read<E>(
    body: &[u8],
    family: Family,
    record: &str,
    each: impl FnMut(&Record<'_>) -> Result<(), E>,
) -> Result<Envelope, ReadError<E>> {
    if is_json(body, family) {
        json::read(body, family, record, each)
    } else {
        xml::read(body, record, each)
    }
}

/// By its first byte; what begins with neither bracket is what was asked for.
pub(super) fn is_json(body: &[u8], family: Family) -> bool {
    let first = body.strip_prefix(BOM).unwrap_or(body).trim_ascii_start().first();
    match first {
        Some(b'{' | b'[') => true,
        Some(b'<') => false,
        _ => matches!(family, Family::QpsJson | Family::GatewayJson | Family::CloudViewJson),
    }
}

/// The rule by which a body is cut into segments, and their cumulative ends; the last is the length
/// of the body. Segment 0 is what stands before the first record, each record runs to the start of
/// the next, the last one ends at its own end, and what follows is the last segment.
///
/// A body without records, or one that cannot be read to its end, is one segment: `whole`.
pub fn segments(body: &[u8], family: Family, record: &str) -> (String, Vec<u64>) {
    let mut starts = Vec::new();
    let (rule, last_end) = if family == Family::FoCsv {
        let read = csv::read::<Infallible>(body, |row| {
            starts.push(row.offset);
            Ok(())
        });
        ("csv:record".to_owned(), read.ok().and_then(|envelope| envelope.last_end))
    } else {
        let mut rule = if is_json(body, family) {
            format!("json:{}", json::list_path(family, record).1)
        } else {
            format!("xml:{record}")
        };
        let is_pattern = record.contains(['*', '|']);
        let read = read::<Infallible>(body, family, record, |record| {
            if is_pattern && starts.is_empty() {
                rule = format!("xml:{}", record.name());
            }
            starts.push(record.offset);
            Ok(())
        });
        (rule, read.ok().and_then(|envelope| envelope.last_end))
    };
    let length = body.len() as u64;
    let Some(last_end) = last_end else {
        let ends = if body.is_empty() { Vec::new() } else { vec![length] };
        return ("whole".to_owned(), ends);
    };
    let mut ends = starts;
    ends.push(last_end);
    ends.push(length);
    ends.dedup();
    ends.retain(|&end| end > 0);
    (rule, ends)
}
