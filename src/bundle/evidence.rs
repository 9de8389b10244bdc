//! Reading a verified bundle: its manifest, its journal record by record, its bodies by id.
use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};
use sha2::{Digest as _, Sha256};

use super::body::DecodeError;
use super::container::Member;
use super::database::{self, blob, digest, number};
use super::hash::{self, Digest};
use super::manifest::Manifest;
use super::record::Record;
use super::verify::{Signer, Verdict};
use super::{Error, body};

const READ: &str = "read the evidence database";

/// The evidence of a bundle that passed its checks, or that its reader forced open.
///
/// Holds the private copy of the database, which is removed with the last holder.
#[derive(Debug)]
pub struct Evidence {
    pub manifest: Manifest,
    /// SHA-256 of the manifest's bytes: how a later bundle or a custody event names this bundle.
    pub manifest_sha256: Digest,
    /// `None` for an unsigned bundle, and where a forced reading found no valid signature.
    pub signer: Option<Signer>,
    pub verdict: Verdict,
    copy: PrivateFile,
}

impl Evidence {
    pub(super) fn new(
        manifest: Manifest,
        bytes: &[u8],
        signer: Option<Signer>,
        copy: PrivateFile,
    ) -> Self {
        let manifest_sha256 = hash::sha256(&[bytes]);
        Self { manifest, manifest_sha256, signer, verdict: Verdict::Broken, copy }
    }

    pub(super) fn with_verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    /// Hands out every journal record in order, one at a time, with its seq.
    ///
    /// # Errors
    /// What `each` returns, and a row that cannot be read, which happens in forced readings alone.
    pub fn records<E: From<Error>>(
        &self,
        mut each: impl FnMut(u64, Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let connection = database::open_short(self.copy.path()).map_err(Error::database(READ))?;
        let mut statement = connection
            .prepare("SELECT seq, record FROM journal ORDER BY seq")
            .map_err(Error::database(READ))?;
        let mut rows = statement.query(()).map_err(Error::database(READ))?;
        while let Some(row) = rows.next().map_err(Error::database(READ))? {
            let seq = number(row, 0).unwrap_or_default();
            let bytes = blob(row, 1).ok_or_else(|| Error::Json {
                place: format!("journal seq={seq}"),
                why: "the record is not a blob".to_owned(),
            })?;
            each(seq, Record::parse(seq, bytes)?)?;
        }
        Ok(())
    }

    /// A reader with a connection of its own; one for each thread.
    pub fn reader(&self) -> Result<BodyReader, Error> {
        self.copy.reader()
    }
}

/// Decodes bodies; everything that check 13 says about a body holds for each that it hands out.
#[derive(Debug)]
pub struct BodyReader {
    connection: Connection,
    _copy: PrivateFile,
}

impl BodyReader {
    /// Replaces `out` by the body's bytes: after content decoding and redaction, the ones that
    /// offsets and lengths mean.
    ///
    /// # Errors
    /// [`Error::BodySize`] or [`Error::Body`] unless the frame holds exactly `raw_len` bytes with
    /// the recorded hash, cut into the recorded segments with the recorded commitment; `out` is
    /// then empty.
    pub fn read(&mut self, id: i64, out: &mut Vec<u8>) -> Result<(), Error> {
        let checked = self.read_checked(id, out);
        if checked.is_err() {
            out.clear();
        }
        checked
    }

    fn read_checked(&mut self, id: i64, out: &mut Vec<u8>) -> Result<(), Error> {
        let wrong = |why: &str| Error::Body { id, why: why.to_owned() };
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT raw_len, sha256, body_commit, segment_ends, seed, dictionary, zstd \
                 FROM body WHERE id = ?1",
            )
            .map_err(Error::database(READ))?;
        let mut rows = statement.query([id]).map_err(Error::database(READ))?;
        let row = rows.next().map_err(Error::database(READ))?;
        let row = row.ok_or_else(|| wrong("the body is missing"))?;
        let raw_len = number(row, 0).ok_or_else(|| wrong("its length is not a number"))?;
        let (sha256, commit, seed) = (digest(row, 1), digest(row, 2), digest(row, 4));
        let ends = blob(row, 3).and_then(body::segment_ends);
        let ends = ends.ok_or_else(|| wrong("its segments are not a list"))?;
        let seed = seed.ok_or_else(|| wrong("it has no seed"))?;
        if !matches!(row.get_ref(5), Ok(rusqlite::types::ValueRef::Null)) {
            return Err(wrong("it names a dictionary"));
        }
        let frame = blob(row, 6).ok_or_else(|| wrong("it has no content"))?;
        let mut hash = hash::BodyHash::new(&seed, &ends);
        body::decode_pieces(frame, raw_len, out, |piece| hash.update(piece))
            .map_err(|error| of_decoding(id, error))?;
        let (found_sha256, found_commit) = hash.finish();
        if sha256 != Some(found_sha256) {
            return Err(wrong("its SHA-256 is another"));
        }
        if commit.is_none() || commit != found_commit {
            return Err(wrong("its segments do not give its commitment"));
        }
        Ok(())
    }

    /// SHA-256 of a body, as its row says; it holds once [`Self::read`] succeeded.
    pub fn sha256(&self, id: i64) -> Result<Digest, Error> {
        let found = self
            .connection
            .query_row("SELECT sha256 FROM body WHERE id = ?1", [id], |row| Ok(digest(row, 0)))
            .optional()
            .map_err(Error::database(READ))?;
        let why = "the body is missing, or has no hash".to_owned();
        found.flatten().ok_or(Error::Body { id, why })
    }
}

fn of_decoding(id: i64, error: DecodeError) -> Error {
    match error {
        DecodeError::Claim | DecodeError::Length => Error::BodySize { id, why: error.to_string() },
        DecodeError::Start | DecodeError::Frame | DecodeError::Behind => {
            Error::Body { id, why: error.to_string() }
        }
    }
}

/// A file that only this user can read, in a folder of its own that goes with the last holder.
#[derive(Debug, Clone)]
pub(super) struct PrivateFile {
    path: PathBuf,
    _folder: Arc<tempfile::TempDir>,
}

impl PrivateFile {
    /// Copies a member of the open bundle and hashes it in the same pass, so that what is read
    /// later is what was hashed.
    pub(super) fn copy(
        bundle: &mut File,
        member: Member,
        bundle_path: &Path,
        work_dir: Option<&Path>,
    ) -> Result<(Self, Digest), Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("qsi-");
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o700))
        };
        let folder = match work_dir {
            Some(parent) => builder.tempdir_in(parent),
            None => builder.tempdir(),
        };
        let shown = work_dir.unwrap_or_else(|| Path::new("the temporary folder"));
        let folder = folder.map_err(Error::io("make a folder in", shown))?;
        let path = folder.path().join("evidence.sqlite");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut copy = options.open(&path).map_err(Error::io("create", &path))?;
        bundle.seek(SeekFrom::Start(member.offset)).map_err(Error::io("read", bundle_path))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 18];
        let mut rest = member.size;
        while rest > 0 {
            let wanted = usize::try_from(rest).unwrap_or(usize::MAX).min(buffer.len());
            let chunk = &mut buffer[..wanted];
            bundle.read_exact(chunk).map_err(Error::io("read", bundle_path))?;
            hasher.update(&*chunk);
            copy.write_all(chunk).map_err(Error::io("write", &path))?;
            rest -= wanted as u64;
        }
        Ok((Self { path, _folder: Arc::new(folder) }, hasher.finalize().into()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The first 100 bytes, `None` where there are fewer, and the length of the file.
    pub(super) fn header(&self) -> Result<(Option<[u8; 100]>, u64), Error> {
        let read = || {
            let mut file = File::open(&self.path)?;
            let len = file.metadata()?.len();
            let mut header = [0; 100];
            if len < header.len() as u64 {
                return Ok((None, len));
            }
            file.read_exact(&mut header)?;
            Ok((Some(header), len))
        };
        read().map_err(Error::io("read", &self.path))
    }

    pub(super) fn reader(&self) -> Result<BodyReader, Error> {
        let connection = database::open(&self.path).map_err(Error::database(READ))?;
        Ok(BodyReader { connection, _copy: self.clone() })
    }
}
