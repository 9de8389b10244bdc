//! Streams the answers of a bundle into the model: several bodies at a time, one writer.
use super::coverage::{self, Coverage, Scope, Seen};
use super::journal::{self, Chain, Journal};
use super::read::{self, Job, Message, open_end};
use super::writer::Writer;
use super::{Error, Model, repeats, scope};
use crate::bundle::hash;
use crate::bundle::manifest::EndpointState;
use crate::bundle::verify::Verdict;
use crate::bundle::{self, BodyReader, Evidence};
use crate::catalogue::{self, Endpoint};
use crate::qualys::fault::{self, Answer as Meaning};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
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
            let (meaning, facts) = fault::classify(read::status(&body), &[], &body, endpoint);
            let ends = facts.is_some_and(|facts| open_end(endpoint, last, &facts).is_none());
            if meaning == Meaning::Whole && ends {
                complete = Some(index);
                break;
            }
        }
    }
    Ok(candidates.into_iter().nth(complete.unwrap_or(0)).unwrap_or_default())
}

/// Reads with one thread a reader and writes in the order of `jobs`, so that not even the order of
/// rows depends on the threads. At most one body more than there are threads is under way.
pub(super) fn run(
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
            of_endpoint.named.extend(read.named);
            of_endpoint.add(&answer, read.records, read.unusable, read.fault, read.open_end);
        }
    })
}

fn drain(
    told: &Receiver<Message>,
    writer: &mut Writer<'_>,
) -> Result<Option<Result<read::ReadBody, bundle::Error>>, Error> {
    for message in told {
        match message {
            Message::Rows(batch) => writer.write(&batch)?,
            Message::Read(read) => return Ok(Some(read)),
        }
    }
    Ok(None)
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn work(mut reader: BodyReader, assigned: &Mutex<Receiver<(Job, SyncSender<Message>)>>) {
    let mut body = Vec::new();
    loop {
        let next = assigned.lock().ok().and_then(|assigned| assigned.recv().ok());
        let Some((job, tell)) = next else { return };
        let id = job.answer.body;
        let sha256 = reader.read(id, &mut body).and_then(|()| reader.sha256(id));
        let read = sha256.map(|sha256| read::read(&job, sha256, &body, &tell));
        // The writer may be gone after an error of its own.
        let _unheard = tell.send(Message::Read(read));
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
