//! Reads one body into rows: its records, what stands beside them, and whether the list goes on.
use super::journal::Answer;
use super::rows;
use super::sink::{Batch, Sink};
use crate::bundle;
use crate::bundle::hash::Digest;
use crate::catalogue::{self, Endpoint, Family};
use crate::qualys::envelope::Envelope;
use crate::qualys::fault::{self, Answer as Meaning};
use crate::qualys::paging::{self, Cursors, Next, PageFacts};
use crate::qualys::record::Record;
use crate::qualys::xml::ReadError;
use crate::qualys::{csv, records, time, xml};
use std::convert::Infallible;
use std::sync::mpsc::SyncSender;

/// One body to read.
pub(super) struct Job {
    pub(super) endpoint: &'static Endpoint,
    pub(super) answer: Answer,
    /// The last page of its chain: nothing may come behind it.
    pub(super) last: bool,
}

/// What a thread that reads a body tells the writer.
pub(super) enum Message {
    Rows(Batch),
    /// The last message about a body.
    Read(Result<ReadBody, bundle::Error>),
}

pub(super) struct ReadBody {
    pub(super) sha256: Digest,
    pub(super) bytes: usize,
    pub(super) records: u64,
    /// Why the body is not what its exchange says, in words.
    pub(super) fault: Option<String>,
    /// Why the list is not whole behind this page.
    pub(super) open_end: Option<String>,
    pub(super) unusable: u64,
    /// The fan-outs that it names ids for.
    pub(super) named: Vec<&'static str>,
}

/// Why more should come behind a page.
pub(super) fn open_end(endpoint: &Endpoint, answer: &Answer, facts: &PageFacts) -> Option<String> {
    match paging::next(endpoint, &answer.params, &mut Cursors::default(), facts) {
        Next::End => None,
        Next::Truncated(reason) => Some(reason),
        Next::Query(_) | Next::AfterId(_) => Some("the next page is missing".to_owned()),
    }
}

pub(super) fn read(job: &Job, sha256: Digest, body: &[u8], tell: &SyncSender<Message>) -> ReadBody {
    let asked = job.answer.asked(job.endpoint).unwrap_or_default();
    let mut sink = Sink::new(super::load::signed(job.answer.seq), body, asked);
    let mut fan_outs = FanOuts::of(job.endpoint.id);
    let facts = if job.endpoint.family == Family::FoCsv {
        read_csv(job, body, &mut sink, tell)
    } else if rows::is_count(job.endpoint.id) {
        read_count(job.endpoint, body, &mut sink)
    } else {
        match rows::of(job.endpoint.id) {
            Some(rows) => read_records(job.endpoint, body, &mut sink, |record, sink| {
                rows(record, sink);
                fan_outs.look(record);
                pass_on(sink, tell);
            }),
            None => Err("the evidence model has no table for it".to_owned()),
        }
    };
    let _unheard = tell.send(Message::Rows(std::mem::take(&mut sink.batch)));
    let (records, fault, open_end) = match facts {
        Ok(facts) => {
            let open_end = open_end(job.endpoint, &job.answer, &facts).filter(|_| job.last);
            (facts.records, None, open_end)
        }
        Err(fault) => (0, Some(fault), None),
    };
    ReadBody {
        sha256,
        bytes: body.len(),
        records,
        fault,
        open_end,
        unusable: sink.unusable,
        named: fan_outs.named,
    }
}

/// The fan-outs of an endpoint, and those for which a record named an id.
struct FanOuts {
    waiting: Vec<(&'static str, &'static str)>,
    named: Vec<&'static str>,
}

impl FanOuts {
    fn of(source: &str) -> Self {
        let fan_outs = catalogue::ENDPOINTS.iter().flat_map(|endpoint| {
            let sources = endpoint.fan_out.map_or(&[][..], |fan_out| fan_out.sources);
            let own = sources.iter().filter(|own| own.endpoint == source);
            own.map(|own| (endpoint.id, own.path))
        });
        Self { waiting: fan_outs.collect(), named: Vec::new() }
    }

    fn look(&mut self, record: &Record<'_>) {
        let named = &mut self.named;
        self.waiting.retain(|&(fan_out, element)| {
            let has_id = match element.split_once('*') {
                // Part of an element's name is the id.
                Some((head, _)) => record.children().any(|child| {
                    let start = child.name().get(..head.len());
                    start.is_some_and(|start| start.eq_ignore_ascii_case(head))
                }),
                None => record.all(element).next().is_some(),
            };
            if has_id {
                named.push(fan_out);
            }
            !has_id
        });
    }
}

fn read_records(
    endpoint: &Endpoint,
    body: &[u8],
    sink: &mut Sink<'_>,
    mut each: impl FnMut(&Record<'_>, &mut Sink<'_>),
) -> Result<PageFacts, String> {
    if let Some((element, path)) = rows::beside(endpoint.id) {
        sink.beside = beside(body, element, path);
    }
    let read = records::read::<Infallible>(body, endpoint.family, endpoint.record, |record| {
        each(record, sink);
        Ok(())
    });
    facts(endpoint, body, read)
}

/// What a body that was read to its end is worth, or why it is worth nothing.
fn facts(
    endpoint: &Endpoint,
    body: &[u8],
    read: Result<Envelope, ReadError<Infallible>>,
) -> Result<PageFacts, String> {
    let facts = match read {
        Ok(envelope) => fault::usable(200, &[], envelope, endpoint),
        Err(error) => match fault::classify(status(body), &[], body, endpoint) {
            (Meaning::Whole, Some(facts)) => Ok(facts),
            (Meaning::Whole, None) => return Err(error.to_string()),
            (Meaning::Fault(fault), _) => Err(fault),
        },
    };
    facts.map_err(|fault| fault.to_string())
}

/// The status of a usable answer; the gateway sends no body where nothing matches.
pub(super) fn status(body: &[u8]) -> u16 {
    if body.trim_ascii().is_empty() { 204 } else { 200 }
}

/// The first text at `path` below an element of this name; an answer that cannot be read has its
/// fault reported with its records.
fn beside(body: &[u8], element: &str, path: &str) -> Option<String> {
    let mut found: Option<String> = None;
    let _read = xml::read::<Infallible>(body, element, |record| {
        let text = if path.is_empty() { Some(record.own()) } else { record.text(path) };
        if found.is_none() {
            found = text.filter(|text| !text.is_empty()).map(str::to_owned);
        }
        Ok(())
    });
    found
}

/// An answer that is a number, which is its one record.
fn read_count(endpoint: &Endpoint, body: &[u8], sink: &mut Sink<'_>) -> Result<PageFacts, String> {
    let family = endpoint.family;
    let read = records::read::<Infallible>(body, family, endpoint.record, |_| Ok(()));
    let count = read.as_ref().ok().and_then(|envelope| envelope.count);
    let facts = facts(endpoint, body, read)?;
    match count {
        Some(count) => rows::count_of(endpoint.id, count, body.len(), sink),
        // The gateway says nothing at all where it has nothing to count.
        None if body.trim_ascii().is_empty() => {}
        None => return Err("the answer gives no count".to_owned()),
    }
    Ok(facts)
}

fn read_csv(
    job: &Job,
    body: &[u8],
    sink: &mut Sink<'_>,
    tell: &SyncSender<Message>,
) -> Result<PageFacts, String> {
    let mut oldest: Option<i64> = None;
    let envelope = csv::read::<Infallible>(body, |row| {
        let date = row.value("Date").and_then(time::parse);
        oldest = [oldest, date].into_iter().flatten().min();
        rows::activity(row, sink);
        pass_on(sink, tell);
        Ok(())
    });
    match envelope {
        Ok(envelope) => Ok(PageFacts::of_csv(envelope, oldest, body)),
        Err(error) => match fault::classify(200, &[], body, job.endpoint).0 {
            Meaning::Fault(fault) => Err(fault.to_string()),
            Meaning::Whole => Err(error.to_string()),
        },
    }
}

fn pass_on(sink: &mut Sink<'_>, tell: &SyncSender<Message>) {
    if sink.batch.is_full() {
        let _unheard = tell.send(Message::Rows(std::mem::take(&mut sink.batch)));
    }
}
