//! What can go wrong while a bundle is written, sealed or read.
use std::io;
use std::path::PathBuf;

/// Messages name the place (file, table and row, journal sequence number); none holds a body, a
/// header value or a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("cannot {act} {}: {source}", path.display())]
    Io { act: &'static str, path: PathBuf, source: io::Error },
    #[error("cannot {act}: {source}")]
    Database { act: &'static str, source: rusqlite::Error },
    #[error("no system randomness: {0}")]
    Random(getrandom::Error),
    /// Not JSON, not the canonical form (RFC 8785) of what it says, or not the expected fields.
    #[error("{place}: {why}")]
    Json { place: String, why: String },
    /// A format that this program does not know.
    #[error("the bundle's format is {found:?}; this program reads qsi/1")]
    Format { found: String },
    #[error(transparent)]
    Journal(#[from] super::journal::JournalFault),
    #[error("body id={id}: {why}")]
    Body { id: i64, why: String },
    #[error("{} exists already and is never overwritten", .0.display())]
    Exists(PathBuf),
    #[error("{} is in use by another process", .0.display())]
    Locked(PathBuf),
    #[error("{} is not a partial bundle of this program: {why}", path.display())]
    Foreign { path: PathBuf, why: String },
    #[error("{}: sealing needs {needed} bytes free and finds {free}", path.display())]
    Space { path: PathBuf, needed: u64, free: u64 },
    #[error("allowed signers, {0}")]
    Signers(#[from] super::signers::SignersError),
    #[error("cannot sign: {0}")]
    Key(#[from] super::signature::KeyError),
    /// The failed check of a bundle that was just written; the partial is kept.
    #[error("the sealed bundle does not verify: {0}")]
    Unsound(String),
    /// The caller's data breaks a rule of the format.
    #[error("refused: {0}")]
    Refused(String),
}

impl Error {
    /// For `map_err` on file calls.
    pub(crate) fn io(act: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { act, path: path.to_path_buf(), source }
    }

    /// For `map_err` on SQLite calls.
    pub(crate) fn database(act: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database { act, source }
    }

    /// True where the disk is full: what was acknowledged is kept and the same command can be
    /// given again.
    pub fn is_full_disk(&self) -> bool {
        match self {
            Self::Space { .. } => true,
            Self::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Database { source: rusqlite::Error::SqliteFailure(failure, _), .. } => {
                failure.code == rusqlite::ErrorCode::DiskFull
            }
            _ => false,
        }
    }
}
