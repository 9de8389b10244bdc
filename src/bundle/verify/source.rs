//! Checks 1 to 3: the file, its headers, and the signed members as bytes that nobody has parsed.
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::super::container::{self, Container, Member};
use super::{Fault, Passed, Step};

/// Opens once, and only what the path itself names: a link could be turned elsewhere between the
/// verification and whatever the reader does with the same path.
pub(super) fn open(path: &Path) -> Step<(File, u64)> {
    let failed =
        |error: io::Error| Fault::new("E_OPEN", format!("the file does not open: {error}"));
    // Looked at first, because opening a named pipe waits for its other end.
    let named = fs::symlink_metadata(path).map_err(failed)?;
    if named.is_symlink() {
        return Err(Fault::new("E_OPEN", "the path is a symbolic link"));
    }
    if !named.is_file() {
        return Err(Fault::new("E_OPEN", "not a regular file"));
    }
    let file = File::open(path).map_err(failed)?;
    let opened = file.metadata().map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        if (opened.dev(), opened.ino()) != (named.dev(), named.ino()) {
            return Err(Fault::new("E_OPEN", "the file was exchanged while it was opened"));
        }
    }
    let len = opened.len();
    Ok(Passed::ok((file, len), format!("a regular file of {len} bytes")))
}

pub(super) fn scan(file: &mut File, len: u64) -> Step<Container> {
    let container =
        container::scan(file, len).map_err(|error| Fault::new(error.code(), error.to_string()))?;
    let sentence =
        format!("known members in order, sealed prefix of {} bytes", container.sealed_len);
    Ok(Passed::ok(container, sentence))
}

/// The members that fit into memory, none of them parsed.
pub(super) struct Members {
    pub(super) manifest: Vec<u8>,
    /// Name and bytes of each signature over the manifest.
    pub(super) signatures: Vec<(String, Vec<u8>)>,
    pub(super) verify: Vec<u8>,
}

pub(super) fn members(file: &mut File, container: &Container) -> Step<Members> {
    let mut read = |member: Member| {
        let mut bytes = Vec::new();
        let outcome = file
            .seek(SeekFrom::Start(member.offset))
            .and_then(|_| io::Read::by_ref(file).take(member.size).read_to_end(&mut bytes));
        match outcome {
            Ok(len) if len as u64 == member.size => Ok(bytes),
            Ok(_) => Err(Fault::new("E_CONTAINER", "the file became shorter while it was read")),
            Err(error) => {
                Err(Fault::new("E_CONTAINER", format!("the file cannot be read: {error}")))
            }
        }
    };
    let manifest = read(container.manifest)?;
    let verify = read(container.verify)?;
    let mut signatures = Vec::new();
    if let Some(member) = container.signature {
        signatures.push((container::SIGNATURE.to_owned(), read(member)?));
    }
    for (number, member) in (2..).zip(&container.late) {
        signatures.push((format!("{}.{number}", container::SIGNATURE), read(*member)?));
    }
    let sentence =
        format!("a manifest of {} bytes, {} signatures", manifest.len(), signatures.len());
    Ok(Passed::ok(Members { manifest, signatures, verify }, sentence))
}
