//! The numbered checks that a bundle must pass before anyone reads it, in the order of `bundle.md` §7.
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::evidence::{Evidence, PrivateFile};
use super::manifest::{CompletenessState, Manifest};
use super::signers::Signers;
use super::{Error, database};

mod bodies;
mod journal;
mod source;
mod statement;
mod totals;
mod trust;

pub use trust::Signer;

/// What the reader of a bundle demands and permits.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Policy {
    /// Text of an OpenSSH allowed signers file. With it, a signature by any other key is broken.
    pub allowed_signers: Option<String>,
    pub allow_unsigned: bool,
    /// Refuses every verdict but trusted.
    pub require_trusted: bool,
    /// Goes on behind failures of checks 4, 5, 7, 8 and 11 to 14. The verdict stays broken.
    pub force_unverified: bool,
    /// The nonce that the collector was given.
    pub challenge: Option<String>,
    /// Unix seconds; the collection must have started then or later.
    pub collected_after: Option<i64>,
    /// The bundle that the manifest must name as the one before.
    pub previous: Option<Previous>,
    /// Decodes and checks every body now, not when it is read.
    pub deep: bool,
}

/// How a manifest names the bundle before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// SHA-256 of that bundle's manifest, lower hexadecimal.
    pub manifest: String,
    pub bundle_id: String,
}

/// How far the bundle can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Whole, and signed by a key of the allowed signers file.
    Trusted,
    /// Whole, and signed by a key that nobody vouched for.
    Unpinned,
    /// Whole in itself, and signed by nobody.
    Unsigned,
    Broken,
}

impl Verdict {
    /// The word in every output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::Unpinned => "unpinned",
            Self::Unsigned => "unsigned",
            Self::Broken => "broken",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckResult {
    Ok,
    Fail,
    Skip,
}

/// One line of the result.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// 1 to 14.
    pub number: u8,
    pub name: &'static str,
    pub result: CheckResult,
    pub code: Option<&'static str>,
    /// `seq=17`, `id=9` or a member's name.
    #[serde(rename = "where")]
    pub where_: Option<String>,
    pub sentence: String,
}

/// Five fields between tabs: result, number, name, code with place, sentence. What came from the
/// bundle cannot move the cursor or begin a line of its own.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let result = match self.result {
            CheckResult::Ok => "ok",
            CheckResult::Fail => "FAIL",
            CheckResult::Skip => "skip",
        };
        let code = self.code.unwrap_or_default();
        let place = self.where_.as_deref().unwrap_or_default();
        let gap = if place.is_empty() { "" } else { " " };
        let (place, sentence) = (printable(place), printable(&self.sentence));
        write!(f, "{result}\t{}\t{}\t{code}{gap}{place}\t{sentence}", self.number, self.name)
    }
}

/// Replaces what a terminal would not show as itself by its escape: control characters, and format
/// characters as those that turn the writing direction.
pub fn printable(text: &str) -> String {
    let escaped = text.chars().flat_map(|character| {
        let quote = matches!(character, '"' | '\'' | '\\');
        let kept = quote.then_some(character);
        let escape = (!quote).then(|| character.escape_debug());
        kept.into_iter().chain(escape.into_iter().flatten())
    });
    escaped.collect()
}

/// The result of [`open`].
pub struct Opened {
    /// All fourteen, in order; those behind the first failure are skipped.
    pub checks: Vec<Check>,
    pub verdict: Verdict,
    /// As the manifest says; `None` where it could not be read.
    pub completeness: Option<CompletenessState>,
    /// `None` where a check failed and the policy does not go on behind it.
    pub evidence: Option<Evidence>,
}

/// Why a check failed.
#[derive(Debug)]
struct Fault {
    code: &'static str,
    place: Option<String>,
    sentence: String,
    /// The bundle is what it says it is; the policy alone refuses it.
    permission: bool,
}

impl Fault {
    fn new(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { code, place: None, sentence: sentence.into(), permission: false }
    }

    fn at(code: &'static str, place: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..Self::new(code, sentence) }
    }

    fn permission(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { permission: true, ..Self::new(code, sentence) }
    }
}

impl From<(&'static str, String)> for Fault {
    fn from((code, sentence): (&'static str, String)) -> Self {
        Self::new(code, sentence)
    }
}

/// What a check that did not fail hands on, and its sentence.
struct Passed<T> {
    value: T,
    result: CheckResult,
    sentence: String,
}

impl<T> Passed<T> {
    fn ok(value: T, sentence: impl Into<String>) -> Self {
        Self { value, result: CheckResult::Ok, sentence: sentence.into() }
    }

    fn skip(value: T, sentence: impl Into<String>) -> Self {
        Self { value, result: CheckResult::Skip, sentence: sentence.into() }
    }
}

type Step<T> = Result<Passed<T>, Fault>;

const NAMES: [&str; 14] = [
    "open",
    "container",
    "members",
    "signature",
    "signer",
    "manifest",
    "policy",
    "digests",
    "file",
    "tables",
    "journal",
    "totals",
    "bodies",
    "custody",
];

/// The lines so far, and whether to go on.
struct Run {
    checks: Vec<Check>,
    forced: bool,
    stopped: bool,
    broken: bool,
    completeness: Option<CompletenessState>,
}

impl Run {
    fn record(
        &mut self,
        result: CheckResult,
        code: Option<&'static str>,
        place: Option<String>,
        sentence: String,
    ) {
        let number = u8::try_from(self.checks.len() + 1).unwrap_or(u8::MAX);
        let name = NAMES.get(self.checks.len()).copied().unwrap_or_default();
        self.checks.push(Check { number, name, result, code, where_: place, sentence });
    }

    /// A check behind which nothing can go on.
    fn must<T>(&mut self, step: Step<T>) -> Option<T> {
        let value = self.may(step);
        self.stopped |= value.is_none();
        value
    }

    /// A check behind whose failure `force_unverified` goes on.
    fn may<T>(&mut self, step: Step<T>) -> Option<T> {
        match step {
            Ok(passed) => {
                self.record(passed.result, None, None, passed.sentence);
                Some(passed.value)
            }
            Err(fault) => {
                self.broken |= !fault.permission;
                self.stopped |= !self.forced;
                self.record(CheckResult::Fail, Some(fault.code), fault.place, fault.sentence);
                None
            }
        }
    }

    fn skip(&mut self, sentence: &str) {
        self.record(CheckResult::Skip, None, None, sentence.to_owned());
    }
}

/// Opens a bundle and runs the checks. A bundle that fails them is a result, not an error.
///
/// The evidence database is copied to a private folder below `work_dir`, by default the system's
/// temporary folder, in the same pass that hashes it; later reading uses that copy.
///
/// # Errors
/// An unusable allowed signers file; a disk that cannot be read or written.
pub fn open(path: &Path, policy: &Policy, work_dir: Option<&Path>) -> Result<Opened, Error> {
    let signers = policy.allowed_signers.as_deref().map(Signers::parse).transpose()?;
    let mut run = Run {
        checks: Vec::new(),
        forced: policy.force_unverified,
        stopped: false,
        broken: false,
        completeness: None,
    };
    let mut verdict = Verdict::Unsigned;
    let mut evidence = run.inspect(path, policy, signers.as_ref(), work_dir, &mut verdict)?;
    while run.checks.len() < NAMES.len() {
        run.skip("not reached");
    }
    if run.broken {
        verdict = Verdict::Broken;
    }
    if run.stopped {
        evidence = None;
    }
    let evidence = evidence.map(|evidence| evidence.with_verdict(verdict));
    Ok(Opened { checks: run.checks, verdict, completeness: run.completeness, evidence })
}

impl Run {
    fn inspect(
        &mut self,
        path: &Path,
        policy: &Policy,
        signers: Option<&Signers>,
        work_dir: Option<&Path>,
        verdict: &mut Verdict,
    ) -> Result<Option<Evidence>, Error> {
        let Some((mut file, len)) = self.must(source::open(path)) else { return Ok(None) };
        let Some(container) = self.must(source::scan(&mut file, len)) else { return Ok(None) };
        let Some(members) = self.must(source::members(&mut file, &container)) else {
            return Ok(None);
        };
        let keys = self.may(trust::signatures(&members, policy));
        if self.stopped {
            return Ok(None);
        }
        let signer = match keys.filter(|keys| !keys.is_empty()) {
            None => {
                self.skip("no valid signature");
                None
            }
            Some(keys) => {
                *verdict = if signers.is_some() { Verdict::Trusted } else { Verdict::Unpinned };
                self.may(trust::signer(&keys, signers, container.sealed_at, policy))
            }
        };
        if self.stopped {
            return Ok(None);
        }
        let Some(manifest) = self.must(statement::parse(&members.manifest)) else {
            return Ok(None);
        };
        self.completeness = Some(manifest.predicate.completeness.state);
        self.may(statement::policy(&manifest, policy));
        if self.stopped {
            return Ok(None);
        }
        let (copy, digest) = PrivateFile::copy(&mut file, container.evidence, path, work_dir)?;
        self.may(statement::digests(&manifest, &members, &container, &digest));
        if self.stopped {
            return Ok(None);
        }
        if self.must(header(&copy)?).is_none() || self.must(tables(&copy)).is_none() {
            return Ok(None);
        }
        self.contents(&copy, &manifest, policy)?;
        Ok(Some(Evidence::new(manifest, &members.manifest, signer, copy)))
    }

    /// Checks 11 to 14, on a database that is known to be sound.
    fn contents(
        &mut self,
        copy: &PrivateFile,
        manifest: &Manifest,
        policy: &Policy,
    ) -> Result<(), Error> {
        let act = "open the evidence database";
        let short = database::open_short(copy.path()).map_err(Error::database(act))?;
        let full = database::open(copy.path()).map_err(Error::database(act))?;
        let mut references = bodies::References::new(&full).map_err(Error::database(act))?;
        let walked = self.may(journal::walk(&short, manifest, &mut references));
        if self.stopped {
            return Ok(());
        }
        let whole = walked.is_some();
        match walked {
            Some(walked) => {
                self.may(totals::check(walked, manifest, &full));
            }
            None => self.skip("the journal was not read to its end"),
        }
        if self.stopped {
            return Ok(());
        }
        self.may(references.finish(whole, policy.deep, copy));
        if !self.stopped {
            self.skip("no custody events");
        }
        Ok(())
    }
}

fn header(copy: &PrivateFile) -> Result<Step<()>, Error> {
    let (header, len) = copy.header()?;
    let checked = header.map_or_else(
        || Err(("E_SLACK", "evidence.sqlite is shorter than a database header".to_owned())),
        |header| database::check_header(&header, len),
    );
    Ok(checked
        .map(|()| Passed::ok((), "no free page, no slack, no write-ahead log"))
        .map_err(Fault::from))
}

fn tables(copy: &PrivateFile) -> Step<()> {
    let connection = database::open(copy.path())
        .map_err(|error| Fault::new("E_PAGES", format!("the database does not open: {error}")))?;
    database::check_pages(&connection)?;
    Ok(Passed::ok((), "four plain tables, all pages sound"))
}
