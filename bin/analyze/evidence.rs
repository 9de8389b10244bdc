//! `analyze evidence`: the raw answers behind a report, as a list, on the screen and as files.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use qualys_sec_inspector::bundle::hash::{hex, sha256};
use qualys_sec_inspector::bundle::record::{Exchange, Record};
use qualys_sec_inspector::bundle::verify::{self as custody, Verdict};
use qualys_sec_inspector::bundle::{self, Evidence};
use qualys_sec_inspector::evidence::{self, EvidenceId, Part, Place};
use qualys_sec_inspector::report::plain;

use crate::cli::{self, Answers, Cli};
use crate::exit::{Exit, Stop, seen};
use crate::{assessment, output, verify};

pub(crate) fn evidence(cli: &Cli, command: &cli::Evidence) -> Result<Exit, Stop> {
    let policy = verify::policy(&command.trust)?;
    let work_dir = command.trust.work_dir.as_deref();
    let opened = custody::open(&command.bundle, &policy, work_dir).map_err(verify::stop)?;
    let Some(evidence) = &opened.evidence else {
        return Err(assessment::refused(&command.bundle, &opened));
    };
    if evidence.verdict != Verdict::Trusted && !cli.quiet {
        let verdict = evidence.verdict.word();
        seen(writeln!(io::stderr().lock(), "the bundle is {verdict}: see analyze verify"))?;
    }
    match command.command.as_ref().unwrap_or(&Answers::List) {
        Answers::List => list(evidence, work_dir)?,
        Answers::Show { id, raw } => show(evidence, id, *raw)?,
        Answers::Export { id: Some(id), dir, .. } => export(evidence, id, dir)?,
        Answers::Export { id: None, dir, .. } => export_all(cli, evidence, dir)?,
    }
    Ok(Exit::Done)
}

/// The evidence index of a report, line by line.
fn list(evidence: &Evidence, work_dir: Option<&Path>) -> Result<(), Stop> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let (model, ..) =
        evidence::load(evidence, work_dir, threads).map_err(assessment::unreadable)?;
    let answers = evidence::answers(evidence, &model).map_err(assessment::unreadable)?;
    let mut stdout = io::stdout().lock();
    for answer in answers {
        let sha256 = answer.sha256.as_deref().unwrap_or("-");
        let (id, endpoint) = (&answer.id, plain(&answer.endpoint));
        let (page, state, records) = (answer.page, &answer.state, answer.records);
        let line =
            format!("{id}\t{endpoint}\t{page}\t{state}\t{records}\t{}\t{sha256}", answer.bytes);
        seen(writeln!(stdout, "{line}"))?;
    }
    Ok(())
}

fn show(evidence: &Evidence, id: &EvidenceId, raw: bool) -> Result<(), Stop> {
    let named = Named::find(evidence, id)?;
    let bytes = named.bytes();
    let mut stdout = io::stdout().lock();
    if raw {
        return seen(stdout.write_all(bytes).and_then(|()| stdout.flush()));
    }
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(harmless).collect();
    seen(writeln!(stdout, "{}\n{}", named.description(evidence, id), lines.join("\n")))
}

/// A line without what a terminal would obey; tabs stay.
fn harmless(line: &str) -> Cow<'_, str> {
    if line.contains('\t') {
        line.split('\t').map(plain).collect::<Vec<_>>().join("\t").into()
    } else {
        plain(line)
    }
}

fn export(evidence: &Evidence, id: &EvidenceId, dir: &Path) -> Result<(), Stop> {
    let named = Named::find(evidence, id)?;
    let mut file = evidence::raw_file(named.exchange.seq, named.media());
    if id.part != Part::Whole {
        // Beside the whole answer, and never under its name.
        let at = format!("@{}.", named.place.offset);
        file = file.replace('.', &at);
    }
    prepare(dir)?;
    output::create(&dir.join(file), named.bytes())
}

fn export_all(cli: &Cli, evidence: &Evidence, dir: &Path) -> Result<(), Stop> {
    let exchanges = exchanges(evidence, |exchange| exchange.body.is_some())?;
    let mut reader = evidence.reader().map_err(unreadable)?;
    prepare(dir)?;
    let mut bytes = Vec::new();
    for exchange in &exchanges {
        let Some(body) = &exchange.body else { continue };
        reader.read(body.id, &mut bytes).map_err(unreadable)?;
        let file = evidence::raw_file(exchange.seq, Some(&body.media));
        output::create(&dir.join(file), &bytes)?;
    }
    if cli.quiet {
        return Ok(());
    }
    let folder = dir.join("raw").display().to_string();
    seen(writeln!(io::stderr().lock(), "{} answers: {}", exchanges.len(), plain(&folder)))
}

/// Makes the folder `raw`, and refuses to write through a link that somebody else may have laid.
fn prepare(dir: &Path) -> Result<(), Stop> {
    let raw = dir.join("raw");
    for folder in [dir, &raw] {
        if fs::symlink_metadata(folder).is_ok_and(|found| !found.is_dir()) {
            let message = format!("{} is no folder, or a link to one", folder.display());
            return Err(Stop::new(Exit::Usage, message).help("name a folder itself, or a new one"));
        }
    }
    fs::create_dir_all(&raw).map_err(|error| {
        Stop::new(Exit::Fault, format!("{}: cannot be made: {error}", raw.display()))
    })
}

/// What an evidence id names.
struct Named {
    exchange: Exchange,
    place: Place,
    /// Of the whole answer.
    body: Vec<u8>,
}

impl Named {
    /// # Errors
    /// An id that names nothing, or more than one thing; a body that fails its check.
    fn find(evidence: &Evidence, id: &EvidenceId) -> Result<Self, Stop> {
        let found = exchanges(evidence, |exchange| exchange.seq == id.response)?.pop();
        let Some(exchange) = found else {
            let message = format!("the bundle has no answer ev:{}", id.response);
            return Err(Stop::new(Exit::Usage, message)
                .help("analyze evidence BUNDLE list names every answer"));
        };
        let Some(reference) = &exchange.body else {
            let message = format!(
                "ev:{}, a call to {}, came back without a body",
                id.response, exchange.endpoint
            );
            return Err(Stop::new(Exit::Usage, message)
                .help("analyze evidence BUNDLE list says how each call ended"));
        };
        let mut body = Vec::new();
        let mut reader = evidence.reader().map_err(unreadable)?;
        reader.read(reference.id, &mut body).map_err(unreadable)?;
        let places =
            evidence::places(evidence, &exchange, &id.part).map_err(assessment::unreadable)?;
        let mut places = places.into_iter();
        match (places.next(), places.len()) {
            (Some(place), 0) => Ok(Self { exchange, place, body }),
            (None, _) => Err(Self::unknown(&exchange, id)),
            (Some(first), others) => Err(Self::ambiguous(id, others + 1, first, places)),
        }
    }

    fn unknown(exchange: &Exchange, id: &EvidenceId) -> Stop {
        let what = match &id.part {
            Part::Whole => "nothing".to_owned(),
            Part::Record(record) => format!("no record with the id {record}"),
            Part::Offset(offset) => format!("nothing that begins at byte {offset}"),
        };
        let message = format!("ev:{}, an answer of {}, has {what}", id.response, exchange.endpoint);
        let whole = format!("analyze evidence BUNDLE show ev:{} prints all of it", id.response);
        Stop::new(Exit::Usage, message).help(whole)
    }

    fn ambiguous(
        id: &EvidenceId,
        count: usize,
        first: Place,
        others: impl Iterator<Item = Place>,
    ) -> Stop {
        let seq = id.response;
        let by_offset = std::iter::once(first).chain(others);
        let ids: Vec<String> =
            by_offset.map(|place| format!("ev:{seq}#@{}", place.offset)).collect();
        Stop::new(Exit::Usage, format!("{id} stands {count} times in its answer"))
            .help(format!("name one by its place: {}", ids.join(", ")))
    }

    fn bytes(&self) -> &[u8] {
        let start = usize::try_from(self.place.offset).unwrap_or(usize::MAX);
        let length = usize::try_from(self.place.length).unwrap_or(usize::MAX);
        self.body.get(start..start.saturating_add(length)).unwrap_or_default()
    }

    fn media(&self) -> Option<&str> {
        self.exchange.body.as_ref().map(|body| body.media.as_str())
    }

    /// Lines that say where the bytes come from and why to believe it.
    fn description(&self, evidence: &Evidence, id: &EvidenceId) -> String {
        let exchange = &self.exchange;
        let predicate = &evidence.manifest.predicate;
        let (offset, length) = (self.place.offset, self.place.length);
        // A request document has no name.
        let parameter = |(name, value): &(String, String)| match name.as_str() {
            "" => value.clone(),
            name => format!("{name}={value}"),
        };
        let parameters: Vec<String> = exchange.params.iter().map(parameter).collect();
        let status = exchange.status.map_or("no".to_owned(), |status| status.to_string());
        let signer = evidence.signer.as_ref().map_or(String::new(), |signer| {
            format!(", signed by {}", signer.principal.as_ref().unwrap_or(&signer.key))
        });
        let removed: u64 = exchange.redactions.iter().map(|removal| removal.count).sum();
        let commit = exchange.body.as_ref().map_or("", |body| &body.commit);
        let facts = [
            ("evidence", id.to_string()),
            ("endpoint", format!("{}, page {}", exchange.endpoint, exchange.page)),
            ("call", format!("{} {}{}", exchange.method, exchange.host, exchange.path)),
            ("parameters", parameters.join(" ")),
            ("sent", exchange.time.clone()),
            ("answer", format!("status {status}, {}", exchange.outcome.word())),
            ("media", self.media().unwrap_or_default().to_owned()),
            ("removed", format!("{removed} values, before anything was hashed")),
            ("answer sha256", hex(&sha256(&[&self.body]))),
            ("commitment", commit.to_owned()),
            ("bytes", format!("{length} from byte {offset}, of {}", self.body.len())),
            ("sha256", hex(&sha256(&[self.bytes()]))),
            (
                "bundle",
                format!(
                    "{}, {}, {}{signer}",
                    predicate.bundle_id,
                    evidence.verdict.word(),
                    predicate.completeness.state.word()
                ),
            ),
        ];
        let line = |(name, fact): &(&str, String)| format!("{name:<14}{}\n", plain(fact));
        facts.iter().map(line).collect::<Vec<_>>().concat()
    }
}

/// The exchanges that are wanted, in the order of the journal.
fn exchanges(
    evidence: &Evidence,
    wanted: impl Fn(&Exchange) -> bool,
) -> Result<Vec<Exchange>, Stop> {
    let mut found = Vec::new();
    let read = evidence.records(|_, record| {
        if let Record::Exchange(exchange) = record {
            found.extend(Some(exchange).filter(|exchange| wanted(exchange)));
        }
        Ok::<(), bundle::Error>(())
    });
    read.map_err(unreadable)?;
    Ok(found)
}

fn unreadable(error: bundle::Error) -> Stop {
    assessment::unreadable(error.into())
}
