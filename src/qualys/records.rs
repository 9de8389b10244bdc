//! Where the records of a body begin and end, for the segments of the evidence bundle.
use super::{csv, xml};
use crate::catalogue::Family;
use std::convert::Infallible;

/// The rule by which a body is cut into segments, and their cumulative ends; the last is the length
/// of the body. Segment 0 is what stands before the first record, each record runs to the start of
/// the next, the last one ends at its own end, and what follows is the last segment.
///
/// A body without records, or one that cannot be read to its end, is one segment: `whole`.
pub fn segments(body: &[u8], family: Family, record: &str) -> (String, Vec<u64>) {
    let mut starts = Vec::new();
    let (rule, last_end) = match family {
        Family::FoCsv => {
            let read = csv::read::<Infallible>(body, |row| {
                starts.push(row.offset);
                Ok(())
            });
            ("csv:record".to_owned(), read.ok().and_then(|envelope| envelope.last_end))
        }
        Family::QpsJson | Family::GatewayJson | Family::CloudViewJson => ("whole".to_owned(), None),
        Family::FoXml | Family::MspXml | Family::QpsXml => {
            let read = xml::read::<Infallible>(body, record, |element| {
                starts.push(element.offset);
                Ok(())
            });
            (format!("xml:{record}"), read.ok().and_then(|envelope| envelope.last_end))
        }
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
