//! The bundle before this one: its id and the hash of its manifest, for the chain of snapshots.

use crate::error::Error;
use qualys_sec_inspector::bundle::container::scan;
use qualys_sec_inspector::bundle::hash;
use qualys_sec_inspector::bundle::manifest::{Manifest, Relation};
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// # Errors
/// A file that is no readable bundle.
pub(crate) fn relation(path: &Path) -> Result<Relation, Error> {
    let failed = |why: String| Error::Previous { path: path.to_owned(), why };
    let mut file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let length = file.metadata().map_err(|error| failed(error.to_string()))?.len();
    let container = scan(&mut file, length).map_err(|error| failed(error.to_string()))?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(container.manifest.offset))
        .and_then(|_| file.take(container.manifest.size).read_to_end(&mut bytes))
        .map_err(|error| failed(error.to_string()))?;
    let manifest = Manifest::parse(&bytes).map_err(|error| failed(error.to_string()))?;
    Ok(Relation::Next {
        manifest: hash::hex(&hash::sha256(&[&bytes])),
        bundle_id: manifest.predicate.bundle_id,
    })
}
