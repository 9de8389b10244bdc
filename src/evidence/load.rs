//! Streams the answers of a bundle into the model: several bodies at a time, one writer.
use super::coverage::{self, Coverage, Scope, Seen};
use super::journal::{self, Answer, Chain, Journal};
use super::rows::{self, Rows};
use super::sink::{Batch, Sink};
use super::writer::Writer;
use super::{Error, Model, repeats, scope};
use crate::bundle::hash::{self, Digest};
use crate::bundle::manifest::EndpointState;
use crate::bundle::verify::Verdict;
use crate::bundle::{self, BodyReader, Evidence};
use crate::catalogue::{self, Endpoint, Family};
use crate::qualys::fault::{self, Answer as Meaning};
use crate::qualys::paging::{self, Cursors, Next, PageFacts};
use crate::qualys::{csv, time, xml};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Finished batches of one body that may wait for the writer.
const WAITING: usize = 64;

/// Builds the model of a verified bundle in a private file below `work_dir`, or below the system's
/// folder for temporary files. `threads` bodies are read at once; the model does not depend on it.
///
/// # Errors
/// [`Error::Bundle`] where a body fails its check, unless the bundle was forced open as broken: then
/// the endpoint is a parse error.
pub fn load(
    evidence: &Evidence,
    work_dir: Option<&Path>,
    threads: usize,
) -> Result<(Model, Vec<Coverage>, Scope), Error> {
    let mut journal = Journal::default();
    evidence.records(|seq, record| {
        journal.add(seq, record);
        Ok::<(), bundle::Error>(())
    })?;
    let withheld = evidence.manifest.predicate.completeness.endpoints.iter();
    let withheld = withheld.filter(|one| one.state == EndpointState::Withheld);
    let withheld: BTreeSet<String> = withheld.map(|one| one.endpoint.clone()).collect();
    let readers = (0..threads.max(1)).map(|_| evidence.reader());
    let mut readers = readers.collect::<Result<Vec<_>, _>>()?;
    let forgiving = evidence.verdict == Verdict::Broken;

    let jobs = jobs(&journal, &withheld, readers.first_mut())?;
    let model = Model::create(work_dir)?;
    let connection = model.connection();
    connection.execute_batch("BEGIN")?;
    write_parameters(connection, &jobs)?;
    let seen = run(connection, jobs, readers, forgiving)?;
    repeats::remove(connection)?;
    let coverage = coverage::all(&journal, &withheld, &seen);
    write_coverage(connection, &coverage)?;
    model.index()?;
    connection.execute_batch("COMMIT")?;
    let scope = scope::find(connection, journal.login, journal.role)?;
    Ok((model, coverage, scope))
}

/// One body to read.
struct Job {
    endpoint: &'static Endpoint,
    answer: Answer,
    /// The last page of its chain: nothing may come behind it.
    last: bool,
}

/// What a thread that reads a body tells the writer.
enum Message {
    Rows(Batch),
    /// The last message about a body.
    Read(Result<ReadBody, bundle::Error>),
}

struct ReadBody {
    sha256: Digest,
    bytes: usize,
    records: u64,
    /// Why the body is not what its exchange says, in words.
    fault: Option<String>,
    /// Why the list is not whole behind this page.
    open_end: Option<String>,
    unusable: u64,
}

/// The bodies that feed the model, in journal order.
fn jobs(
    journal: &Journal,
    withheld: &BTreeSet<String>,
    mut reader: Option<&mut BodyReader>,
) -> Result<Vec<Job>, Error> {
    let mut jobs = Vec::new();
    for endpoint in catalogue::ENDPOINTS.iter().filter(|one| !withheld.contains(one.id)) {
        let Some(answers) = journal.answers.get(endpoint.id) else { continue };
        for candidates in journal::chains(endpoint, answers) {
            let chain = choose(endpoint, candidates, reader.as_deref_mut())?;
            let pages = chain.len();
            let numbered = chain.into_iter().zip(1..);
            jobs.extend(numbered.map(|(answer, page)| Job {
                endpoint,
                answer,
                last: page == pages,
            }));
        }
    }
    jobs.sort_by_key(|job| job.answer.seq);
    Ok(jobs)
}

/// The newest chain that is read to its end, else the newest.
fn choose(
    endpoint: &Endpoint,
    candidates: Vec<Chain>,
    reader: Option<&mut BodyReader>,
) -> Result<Chain, Error> {
    let mut complete = None;
    if let Some(reader) = reader.filter(|_| candidates.len() > 1) {
        let mut body = Vec::new();
        for (index, chain) in candidates.iter().enumerate() {
            let Some(last) = chain.last() else { continue };
            reader.read(last.body, &mut body)?;
            let (meaning, facts) = fault::classify(200, &[], &body, endpoint);
            let ends = facts.is_some_and(|facts| open_end(endpoint, last, &facts).is_none());
            if meaning == Meaning::Whole && ends {
                complete = Some(index);
                break;
            }
        }
    }
    Ok(candidates.into_iter().nth(complete.unwrap_or(0)).unwrap_or_default())
}

/// Why more should come behind a page.
fn open_end(endpoint: &Endpoint, answer: &Answer, facts: &PageFacts) -> Option<String> {
    match paging::next(endpoint, &answer.params, &mut Cursors::default(), facts) {
        Next::End => None,
        Next::Truncated(reason) => Some(reason),
        Next::Query(_) | Next::AfterId(_) => Some("the next page is missing".to_owned()),
    }
}

/// Reads with one thread a reader and writes in the order of `jobs`, so that not even the order of
/// rows depends on the threads. At most one body more than there are threads is under way.
fn run(
    connection: &Connection,
    jobs: Vec<Job>,
    readers: Vec<BodyReader>,
    forgiving: bool,
) -> Result<BTreeMap<&'static str, Seen>, Error> {
    let under_way = readers.len() + 1;
    let mut writer = Writer::new(connection)?;
    let mut responses =
        connection.prepare("INSERT INTO response VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let mut seen: BTreeMap<&'static str, Seen> = BTreeMap::new();
    let (assign, assigned) = sync_channel::<(Job, SyncSender<Message>)>(under_way);
    let assigned = Mutex::new(assigned);
    thread::scope(|scope| {
        for reader in readers {
            scope.spawn(|| work(reader, &assigned));
        }
        // Moved in, so that an early return hangs up on the threads.
        let assign = assign;
        let mut jobs = jobs.into_iter();
        let mut waiting = VecDeque::new();
        loop {
            for job in jobs.by_ref().take(under_way - waiting.len()) {
                let (tell, told) = sync_channel(WAITING);
                waiting.push_back((job.endpoint, job.answer.clone(), told));
                // Fails only where every thread is gone; then `told` is closed as well.
                let _unsent = assign.send((job, tell));
            }
            let Some((endpoint, answer, told)) = waiting.pop_front() else { return Ok(seen) };
            let read = drain(&told, &mut writer)?;
            let read = read.ok_or(Error::Stopped { endpoint: endpoint.id, seq: answer.seq })?;
            let of_endpoint = seen.entry(endpoint.id).or_default();
            let read = match read {
                Ok(read) => read,
                Err(error) if forgiving => {
                    of_endpoint.fault(&answer, &error.to_string());
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            responses.execute((
                signed(answer.seq),
                endpoint.id,
                signed(answer.page),
                &answer.version,
                answer.received,
                hash::hex(&read.sha256),
                signed(read.bytes as u64),
                signed(read.records),
            ))?;
            of_endpoint.add(&answer, read.records, read.unusable, read.fault, read.open_end);
        }
    })
}

fn drain(
    told: &Receiver<Message>,
    writer: &mut Writer<'_>,
) -> Result<Option<Result<ReadBody, bundle::Error>>, Error> {
    for message in told {
        match message {
            Message::Rows(batch) => writer.write(&batch)?,
            Message::Read(read) => return Ok(Some(read)),
        }
    }
    Ok(None)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn work(mut reader: BodyReader, assigned: &Mutex<Receiver<(Job, SyncSender<Message>)>>) {
    let mut body = Vec::new();
    loop {
        let next = assigned.lock().ok().and_then(|assigned| assigned.recv().ok());
        let Some((job, tell)) = next else { return };
        let id = job.answer.body;
        let sha256 = reader.read(id, &mut body).and_then(|()| reader.sha256(id));
        let read = sha256.map(|sha256| read(&job, sha256, &body, &tell));
        // The writer may be gone after an error of its own.
        let _unheard = tell.send(Message::Read(read));
    }
}

fn read(job: &Job, sha256: Digest, body: &[u8], tell: &SyncSender<Message>) -> ReadBody {
    let mut sink = Sink::new(signed(job.answer.seq));
    let facts = if job.endpoint.family == Family::FoCsv {
        read_csv(job, body, &mut sink, tell)
    } else {
        match rows::of(job.endpoint.id) {
            Some(rows) => read_xml(job, body, rows, &mut sink, tell),
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
    ReadBody { sha256, bytes: body.len(), records, fault, open_end, unusable: sink.unusable }
}

fn read_xml(
    job: &Job,
    body: &[u8],
    rows: Rows,
    sink: &mut Sink,
    tell: &SyncSender<Message>,
) -> Result<PageFacts, String> {
    let envelope = xml::read::<Infallible>(body, job.endpoint.record, |record| {
        rows(record, sink);
        pass_on(sink, tell);
        Ok(())
    });
    let envelope = envelope.map_err(|error| error.to_string())?;
    fault::usable(200, &[], envelope, job.endpoint).map_err(|fault| fault.to_string())
}

fn read_csv(
    job: &Job,
    body: &[u8],
    sink: &mut Sink,
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

fn pass_on(sink: &mut Sink, tell: &SyncSender<Message>) {
    if sink.batch.is_full() {
        let _unheard = tell.send(Message::Rows(std::mem::take(&mut sink.batch)));
    }
}

/// What was asked: the parameters that every request of an endpoint carried, each value once. The
/// ids of a fan-out are no setting.
fn write_parameters(connection: &Connection, jobs: &[Job]) -> Result<(), Error> {
    let mut requests: BTreeMap<&str, u64> = BTreeMap::new();
    let mut carried: BTreeMap<(&str, &str), (u64, BTreeSet<&str>)> = BTreeMap::new();
    for job in jobs {
        *requests.entry(job.endpoint.id).or_default() += 1;
        let ids = job.endpoint.fan_out.map_or("", |fan_out| fan_out.param);
        let params: BTreeMap<&str, &str> =
            job.answer.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for (name, value) in params {
            if !name.is_empty() && name != ids {
                let (count, values) = carried.entry((job.endpoint.id, name)).or_default();
                *count += 1;
                values.insert(value);
            }
        }
    }
    let mut insert = connection.prepare("INSERT INTO parameter VALUES (?1, ?2, ?3)")?;
    for ((endpoint, name), (count, values)) in carried {
        if requests.get(endpoint) == Some(&count) {
            for value in values {
                insert.execute((endpoint, name, value))?;
            }
        }
    }
    Ok(())
}

fn write_coverage(connection: &Connection, coverage: &[Coverage]) -> Result<(), Error> {
    let mut insert = connection.prepare("INSERT INTO coverage VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in coverage {
        insert.execute((
            &row.endpoint,
            row.state.word(),
            signed(row.pages),
            signed(row.records),
            &row.reason,
        ))?;
    }
    Ok(())
}
