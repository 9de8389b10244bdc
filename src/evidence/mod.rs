//! Raw answers become the evidence model, and coverage says what was seen of each endpoint.
mod answers;
mod coverage;
mod java_date;
mod journal;
mod load;
mod model;
mod os;
mod place;
mod ranges;
mod read;
mod recurrence;
mod repeats;
mod rows;
mod scope;
mod sink;
mod writer;

pub use answers::{Answer, answers, raw_file};
pub use coverage::{Coverage, Scope, State, View};
pub use load::load;
pub use model::Model;
pub use place::{EvidenceId, IdError, Part, Place, places};

use thiserror::Error as ThisError;

/// Why the model could not be built. What an answer lacks is coverage, not an error.
#[derive(Debug, ThisError)]
pub enum Error {
    /// A body that fails its check, among others.
    #[error(transparent)]
    Bundle(#[from] crate::bundle::Error),
    #[error("the evidence model: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("no private folder for the evidence model: {0}")]
    Folder(std::io::Error),
    /// A fault of this program.
    #[error("table {table} of the evidence model has not {values} columns")]
    Columns { table: &'static str, values: usize },
    /// A fault of this program.
    #[error("reading {endpoint}, journal seq={seq}, stopped without a word")]
    Stopped { endpoint: &'static str, seq: u64 },
}
