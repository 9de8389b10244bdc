//! The seal: from a partial bundle to one finished, signed and verified file.
use super::completeness::Completeness;
use super::container::{self, EVIDENCE, MANIFEST, SIGNATURE, VERIFY, Writer, member_len};
use super::hash::{self, Digest};
use super::journal::CLOCK_TOLERANCE_MS;
use super::manifest::{
    Collector, EvidenceFile, FORMAT, Journal, Manifest, Operator, Predicate, Redaction, Relation,
    Subject, SubjectDigest, Target, Window,
};
use super::partial::Partial;
use super::record::{RunEnd, RunStart, instant_ms};
use super::signature::{EVIDENCE_NAMESPACE, KeyError, SigningKey};
use super::verify::{self, CheckResult, Policy};
use super::{Error, disk, schema, verify_text, work};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

/// Who can sign: a key file here, an agent in the collector.
pub trait Sign {
    /// An armoured SSHSIG over `message`, hashed with sha512, LF line ends.
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, KeyError>;
}

impl Sign for SigningKey {
    fn sign(&self, namespace: &str, message: &[u8]) -> Result<String, KeyError> {
        Self::sign(self, namespace, message)
    }
}

/// What only the sealing command knows.
#[derive(Clone)]
pub struct Seal<'a> {
    /// None seals without a signature, on purpose.
    pub key: Option<&'a dyn Sign>,
    /// In the journal's form of time; its whole seconds are the members' modification time.
    pub sealed_at: String,
    pub relation: Relation,
}

/// A finished bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub path: PathBuf,
    pub bundle_id: String,
    /// Merkle root over the journal.
    pub root: Digest,
    pub sealed_len: u64,
    /// The seal hash: SHA-256 of the first `sealed_len` bytes of the file.
    pub sha256: Digest,
    pub completeness: Completeness,
}

impl Partial {
    /// Ends the run with `end` (of which `counts` are filled in; where an interrupted seal has ended
    /// it already, the recorded end stands), seals, verifies, names the file, removes the partial.
    ///
    /// # Errors
    /// Whatever goes wrong, the partial folder stays and sealing can be tried again after
    /// [`Partial::resume`]; see [`Error::is_full_disk`].
    pub fn seal(mut self, end: RunEnd, options: Seal<'_>) -> Result<Sealed, Error> {
        let ended = instant_ms(&self.ended().unwrap_or(&end).time);
        let mtime = seal_time(&options.sealed_at, ended)?;
        let key = options.key;
        disk::must_be_free(&self.path)?;
        let folder = self.folder.path().to_path_buf();
        let evidence = folder.join(EVIDENCE);
        let unnamed = folder.join("sealed");
        disk::remove_stale(&evidence)?;
        disk::remove_stale(&unnamed)?;
        // The compacted copy, the container and the copy that its verification makes.
        disk::must_have_space(&folder, work::size(&folder)?.saturating_mul(3))?;
        self.end(end)?;
        work::compact(&self.connection, &evidence)?;

        let outline = Outline { bytes: file_len(&evidence)?, sha256: hash_file(&evidence)? };
        let (manifest, text) = self.manifest(&outline, options)?;
        let statement = manifest.to_jcs()?;
        let signature = match key {
            Some(key) => Some(sign(key, &statement)?),
            None => None,
        };
        let mut members: Vec<(&str, &[u8])> = vec![(MANIFEST, &statement)];
        members.extend(signature.iter().map(|armoured| (SIGNATURE, armoured.as_bytes())));
        members.push((VERIFY, text.as_bytes()));
        let sealed_len = manifest.predicate.sealed_len;
        let sha256 = write(&unnamed, mtime, &members, &evidence, sealed_len)?;
        disk::remove_stale(&evidence)?;
        // Before it gets its name, so that no crash leaves an unverified file under it.
        check(&unnamed, key.is_none(), &folder)?;
        disk::place(&unnamed, &self.path)?;
        let sealed = Sealed {
            path: self.path.clone(),
            bundle_id: manifest.predicate.bundle_id,
            root: self.walk.root(),
            sealed_len,
            sha256,
            completeness: manifest.predicate.completeness,
        };
        self.discard()?;
        Ok(sealed)
    }

    /// The manifest and its VERIFY.txt. The length of the sealed prefix stands in both and depends
    /// on both; it only grows from one round to the next, so the rounds end.
    fn manifest(&self, file: &Outline, seal: Seal<'_>) -> Result<(Manifest, String), Error> {
        let subject = |name: &str, sha256: String| Subject {
            name: name.to_owned(),
            digest: SubjectDigest { sha256 },
        };
        let (Some(end), Some(head)) = (self.ended(), self.walk.head()) else {
            return Err(Error::Refused("the run has not ended".to_owned()));
        };
        let signature_len = seal.key.map_or(0, |_| member_len(container::SIGNATURE_LIMIT));
        let predicate = self.predicate(self.run_start(), end, head, file, seal)?;
        let evidence = subject(EVIDENCE, hash::hex(&file.sha256));
        let mut manifest = Manifest::new(vec![subject(VERIFY, String::new()), evidence], predicate);
        loop {
            let text = verify_text::render(&manifest);
            if let Some(own) = manifest.subject.first_mut() {
                own.digest.sha256 = hash::hex(&hash::sha256(&[text.as_bytes()]));
            }
            let statement = manifest.to_jcs()?.len() as u64;
            if statement > container::MANIFEST_LIMIT {
                return Err(Error::Refused(format!("the manifest has {statement} bytes")));
            }
            let sealed_len = [
                member_len(statement),
                signature_len,
                member_len(text.len() as u64),
                member_len(file.bytes),
            ];
            let sealed_len = sealed_len.into_iter().fold(0, u64::saturating_add);
            if manifest.predicate.sealed_len == sealed_len {
                return Ok((manifest, text));
            }
            manifest.predicate.sealed_len = sealed_len;
        }
    }

    fn predicate(
        &self,
        start: &RunStart,
        end: &RunEnd,
        head: Digest,
        file: &Outline,
        seal: Seal<'_>,
    ) -> Result<Predicate, Error> {
        let mut bundle_id = [0; 16];
        getrandom::fill(&mut bundle_id).map_err(Error::Random)?;
        let start = start.clone();
        Ok(Predicate {
            format: FORMAT.to_owned(),
            bundle_id: hash::hex(&bundle_id),
            run_id: start.run_id,
            relation: seal.relation,
            tool: start.tool,
            collector: Collector {
                host: start.host,
                os: start.os,
                user: start.user,
                time_zone: start.time_zone,
            },
            operator: Operator {
                name: start.operator,
                organisation: start.organisation,
                case: start.case,
                purpose: start.purpose,
            },
            target: Target {
                platform: start.platform,
                subscription: end.subscription.clone(),
                modules: end.modules.clone(),
                login: start.login,
                role: end.role.clone(),
                view: end.view.clone(),
            },
            challenge: start.challenge,
            window: Window {
                started: start.time,
                ended: end.time.clone(),
                sealed: seal.sealed_at,
                resumes: end.counts.resumes,
            },
            clock: self.skew.summary(),
            completeness: Completeness::of(&start.plan, &end.outcomes),
            journal: Journal {
                count: self.walk.count(),
                root: hash::hex(&self.walk.root()),
                head: hash::hex(&head),
            },
            evidence: EvidenceFile {
                bytes: file.bytes,
                page_size: schema::PAGE_SIZE,
                schema: hash::hex(&schema::digest()),
                bodies: end.counts.bodies,
                raw_bytes: end.counts.raw_bytes,
            },
            redaction: Redaction { profile: start.redaction_profile, removed: end.counts.removed },
            sealed_len: 0,
        })
    }
}

/// The evidence database as a file.
struct Outline {
    bytes: u64,
    sha256: Digest,
}

/// Whole seconds since 1970; refused where it lies clearly before the end of the run.
fn seal_time(sealed_at: &str, ended_ms: Option<i64>) -> Result<u64, Error> {
    let refuse = |why: &str| Error::Refused(format!("seal time {sealed_at:?} {why}"));
    let sealed = instant_ms(sealed_at).ok_or_else(|| refuse("is not RFC 3339 UTC in ms"))?;
    if ended_ms.is_some_and(|ended| sealed.saturating_add(CLOCK_TOLERANCE_MS) < ended) {
        return Err(refuse("lies before the end of the run"));
    }
    u64::try_from(sealed / 1000).map_err(|_| refuse("lies before 1970"))
}

fn sign(key: &dyn Sign, statement: &[u8]) -> Result<String, Error> {
    let armoured = key.sign(EVIDENCE_NAMESPACE, statement)?;
    if armoured.len() as u64 > container::SIGNATURE_LIMIT {
        let len = armoured.len();
        return Err(Error::Refused(format!(
            "a signature of {len} bytes does not fit the container"
        )));
    }
    Ok(armoured)
}

/// Writes and synchronises the container and returns the hash of its first `sealed_len` bytes.
fn write(
    path: &Path,
    mtime: u64,
    members: &[(&str, &[u8])],
    evidence: &Path,
    sealed_len: u64,
) -> Result<Digest, Error> {
    let failed = || Error::io("write", path);
    let file = disk::create_private(path)?;
    let hashing = Hashing { out: file, hasher: Sha256::new(), open: sealed_len, written: 0 };
    let mut writer = Writer::new(BufWriter::with_capacity(1 << 18, hashing), mtime);
    for (name, bytes) in members {
        writer.bytes(name, bytes).map_err(failed())?;
    }
    let mut source = File::open(evidence).map_err(Error::io("open", evidence))?;
    writer.stream(EVIDENCE, file_len(evidence)?, &mut source).map_err(failed())?;
    let buffered = writer.finish().map_err(failed())?;
    let hashing = buffered.into_inner().map_err(|error| failed()(error.into_error()))?;
    hashing.out.sync_all().map_err(failed())?;
    let tail = 2 * container::BLOCK;
    if hashing.written != sealed_len.saturating_add(tail) {
        return Err(Error::Refused("the container has another length than its manifest".into()));
    }
    Ok(hashing.hasher.finalize().into())
}

/// Reads the finished file as anyone would, every body too.
fn check(path: &Path, allow_unsigned: bool, work_dir: &Path) -> Result<(), Error> {
    let policy = Policy { allow_unsigned, deep: true, ..Policy::default() };
    let opened = verify::open(path, &policy, Some(work_dir))?;
    match opened.checks.iter().find(|check| check.result == CheckResult::Fail) {
        None if opened.evidence.is_some() => Ok(()),
        failed => {
            let why = failed.map_or_else(String::new, ToString::to_string);
            Err(Error::Unsound(why))
        }
    }
}

/// Hashes the first `open` bytes that pass.
struct Hashing {
    out: File,
    hasher: Sha256,
    open: u64,
    written: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        let sealed = usize::try_from(self.open).unwrap_or(usize::MAX).min(taken);
        self.hasher.update(bytes.get(..sealed).unwrap_or_default());
        self.open -= sealed as u64;
        self.written += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn hash_file(path: &Path) -> Result<Digest, Error> {
    let failed = || Error::io("read", path);
    let mut file = BufReader::new(File::open(path).map_err(failed())?);
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 18];
    loop {
        let len = file.read(&mut chunk).map_err(failed())?;
        match chunk.get(..len) {
            Some(bytes) if !bytes.is_empty() => hasher.update(bytes),
            _ => return Ok(hasher.finalize().into()),
        }
    }
}

fn file_len(path: &Path) -> Result<u64, Error> {
    Ok(fs::metadata(path).map_err(Error::io("look at", path))?.len())
}
