//! The outer file of a bundle: a plain `ustar` archive that has exactly one byte form.
//!
//! Layout facts are POSIX.1-1988 `ustar`; sizes from 8 GiB on use the base-256 form of GNU tar.
use std::io::{self, Read, Seek, SeekFrom};

mod header;
mod writer;

use header::{Block, Parsed};
pub use writer::Writer;

/// Unit of a tar archive in bytes: one header, or one block of data.
pub const BLOCK: u64 = 512;
/// The signed statement.
pub const MANIFEST: &str = "manifest.json";
/// The collector's signature over the statement.
pub const SIGNATURE: &str = "manifest.json.sig";
/// How to verify without our programs.
pub const VERIFY: &str = "VERIFY.txt";
/// The evidence database.
pub const EVIDENCE: &str = "evidence.sqlite";

/// Largest manifest in bytes (`bundle.md` §1).
pub const MANIFEST_LIMIT: u64 = 1 << 20;
/// Largest signature in bytes: it counts as one block in `sealed_len`, so it must fit into one.
pub const SIGNATURE_LIMIT: u64 = BLOCK;
/// Largest VERIFY.txt in bytes; the template is far smaller, this bounds what a reader allocates.
pub const VERIFY_LIMIT: u64 = 1 << 16;
/// Late signatures a reader accepts, so that a hostile file cannot make the list grow.
const LATE_LIMIT: usize = 64;

/// Why a file is not a container of format 1. `at` is a byte offset in the file.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    #[error("reading the file failed: {0}")]
    Io(#[from] io::Error),
    #[error("the file ends at byte {at}, within {what}")]
    Cut { at: u64, what: &'static str },
    #[error("the header at byte {at} {what}")]
    Header { at: u64, what: &'static str },
    #[error("the member `{}` at byte {at} is not known to format 1 or not in its place", name.escape_debug())]
    Name { at: u64, name: String },
    #[error("a second member `{name}` begins at byte {at}")]
    Duplicate { at: u64, name: String },
    #[error("the member `{name}` is {size} bytes long, {limit} are possible")]
    Size { name: &'static str, size: u64, limit: u64 },
    #[error("the padding at byte {at} is not zero")]
    Padding { at: u64 },
    #[error("the archive does not end with exactly two zero blocks at byte {at}")]
    Tail { at: u64 },
}

impl ContainerError {
    /// The code of check 2 in `bundle.md` §7.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "E_CONTAINER_DUP",
            Self::Size { .. } => "E_SIZE",
            _ => "E_CONTAINER",
        }
    }
}

/// Where a member's bytes lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Byte offset of the first data byte.
    pub offset: u64,
    /// Length in bytes without the padding.
    pub size: u64,
}

/// A container whose every header, padding byte and tail byte was checked.
#[derive(Debug)]
pub struct Container {
    pub manifest: Member,
    pub signature: Option<Member>,
    pub verify: Member,
    pub evidence: Member,
    /// Signatures appended after sealing, `manifest.json.sig.2` first.
    pub late: Vec<Member>,
    /// Bytes up to the padded end of `evidence.sqlite`.
    pub sealed_len: u64,
    /// Modification time of the sealed members, Unix seconds.
    pub sealed_at: u64,
}

/// Bytes that a member of `size` bytes takes in the archive: header, data, padding.
pub fn member_len(size: u64) -> u64 {
    BLOCK.saturating_add(padded(size))
}

fn padded(size: u64) -> u64 {
    size.saturating_add(BLOCK - 1) / BLOCK * BLOCK
}

/// Reads every header of the first `len` bytes of `file` and refuses all but the one form.
pub fn scan(file: &mut (impl Read + Seek), len: u64) -> Result<Container, ContainerError> {
    let mut scan = Scan { file, len, at: 0 };
    scan.file.seek(SeekFrom::Start(0))?;
    let (manifest, sealed_at) = scan.expect(MANIFEST, MANIFEST_LIMIT, None)?;
    let next = scan.header()?;
    let (signature, next) = if next.name == SIGNATURE {
        let member = scan.member(SIGNATURE, &next, SIGNATURE_LIMIT, Some(sealed_at))?;
        (Some(member), scan.header()?)
    } else {
        (None, next)
    };
    check_place(&next, VERIFY, &[MANIFEST, SIGNATURE])?;
    let verify = scan.member(VERIFY, &next, VERIFY_LIMIT, Some(sealed_at))?;
    let (evidence, _) = scan.expect(EVIDENCE, u64::MAX, Some(sealed_at))?;
    let sealed_len = scan.at;
    let late = scan.late()?;
    Ok(Container { manifest, signature, verify, evidence, late, sealed_len, sealed_at })
}

fn check_place(header: &Parsed, wanted: &str, before: &[&str]) -> Result<(), ContainerError> {
    if header.name == wanted {
        return Ok(());
    }
    let (at, name) = (header.at, header.name.clone());
    if before.contains(&name.as_str()) {
        return Err(ContainerError::Duplicate { at, name });
    }
    Err(ContainerError::Name { at, name })
}

struct Scan<'a, R> {
    file: &'a mut R,
    len: u64,
    at: u64,
}

impl<R: Read + Seek> Scan<'_, R> {
    fn expect(
        &mut self,
        name: &'static str,
        limit: u64,
        mtime: Option<u64>,
    ) -> Result<(Member, u64), ContainerError> {
        let header = self.header()?;
        check_place(&header, name, &[MANIFEST, SIGNATURE, VERIFY])?;
        Ok((self.member(name, &header, limit, mtime)?, header.mtime))
    }

    fn block(&mut self, what: &'static str) -> Result<Block, ContainerError> {
        let mut block = [0; header::LEN];
        if self.len - self.at < BLOCK {
            return Err(ContainerError::Cut { at: self.len, what });
        }
        self.file.read_exact(&mut block)?;
        self.at += BLOCK;
        Ok(block)
    }

    fn header(&mut self) -> Result<Parsed, ContainerError> {
        let at = self.at;
        let block = self.block("a header")?;
        header::parse(&block, at)
    }

    /// Steps over a member's data and checks its padding.
    fn member(
        &mut self,
        name: &'static str,
        header: &Parsed,
        limit: u64,
        mtime: Option<u64>,
    ) -> Result<Member, ContainerError> {
        if mtime.is_some_and(|sealed_at| sealed_at != header.mtime) {
            let what = "has another time than the first member";
            return Err(ContainerError::Header { at: header.at, what });
        }
        let size = header.size;
        let limit = limit.min(self.len - self.at);
        if size > limit {
            return Err(ContainerError::Size { name, size, limit });
        }
        let member = Member { offset: self.at, size };
        let end = self.at + size;
        let padding = padded(size) - size;
        if self.len - end < padding {
            return Err(ContainerError::Cut { at: self.len, what: "the padding of a member" });
        }
        self.file.seek(SeekFrom::Start(end))?;
        let mut zeros = Vec::new();
        self.file.by_ref().take(padding).read_to_end(&mut zeros)?;
        if let Some(index) = zeros.iter().position(|byte| *byte != 0) {
            return Err(ContainerError::Padding { at: end + index as u64 });
        }
        self.at = end + padding;
        Ok(member)
    }

    /// What stands behind the sealed prefix, to the last byte of the file.
    fn late(&mut self) -> Result<Vec<Member>, ContainerError> {
        let mut late = Vec::new();
        loop {
            let at = self.at;
            let block = self.block("the tail")?;
            if block.iter().all(|byte| *byte == 0) {
                let last = self.block("the tail")?;
                if last.iter().any(|byte| *byte != 0) || self.at != self.len {
                    return Err(ContainerError::Tail { at });
                }
                return Ok(late);
            }
            let header = header::parse(&block, at)?;
            let is_late = |number| header.name == format!("{SIGNATURE}.{number}");
            let sealed = [MANIFEST, SIGNATURE, VERIFY, EVIDENCE].contains(&header.name.as_str());
            if sealed || (2..late.len() + 2).any(is_late) {
                return Err(ContainerError::Duplicate { at, name: header.name });
            }
            if !is_late(late.len() + 2) || late.len() == LATE_LIMIT {
                return Err(ContainerError::Name { at, name: header.name });
            }
            late.push(self.member("manifest.json.sig.N", &header, SIGNATURE_LIMIT, None)?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const TIME: u64 = 1_774_664_000;

    fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), TIME);
        for (name, data) in members {
            writer.bytes(name, data).unwrap();
        }
        writer.finish().unwrap()
    }

    fn code(bytes: &[u8]) -> &'static str {
        scan(&mut Cursor::new(bytes), bytes.len() as u64)
            .map_or_else(|error| error.code(), |_| "ok")
    }

    const SIGNED: [(&str, &[u8]); 4] =
        [(MANIFEST, b"{}"), (SIGNATURE, b"sig"), (VERIFY, b"how"), (EVIDENCE, &[7; 700])];

    #[test]
    fn what_is_written_is_found() {
        let bytes = archive(&SIGNED);
        let found = scan(&mut Cursor::new(&bytes), bytes.len() as u64).unwrap();
        assert_eq!(found.manifest, Member { offset: 512, size: 2 });
        assert_eq!(found.signature, Some(Member { offset: 1536, size: 3 }));
        assert_eq!(found.evidence, Member { offset: 3584, size: 700 });
        assert_eq!(found.sealed_len, 3584 + 1024);
        let members = SIGNED.iter().map(|member| member_len(member.1.len() as u64));
        assert_eq!(found.sealed_len, members.sum::<u64>());
        assert_eq!(found.sealed_at, TIME);
        assert_eq!(bytes.len() as u64, found.sealed_len + 1024);
    }

    #[test]
    fn only_known_members_in_their_order() {
        let [manifest, signature, verify, evidence] = SIGNED;
        let late: (&str, &[u8]) = ("manifest.json.sig.2", b"late");
        let third: (&str, &[u8]) = ("manifest.json.sig.3", b"late");
        let plus: (&str, &[u8]) = ("manifest.json.sig.+2", b"late");
        let stranger: (&str, &[u8]) = ("../evidence.sqlite", b"x");
        for (members, expected) in [
            (vec![manifest, verify, evidence], "ok"),
            (vec![manifest, signature, verify, evidence, late, third], "ok"),
            (vec![manifest, signature, verify, evidence, third], "E_CONTAINER"),
            (vec![manifest, signature, verify, evidence, late, late], "E_CONTAINER_DUP"),
            (vec![manifest, signature, verify, evidence, manifest], "E_CONTAINER_DUP"),
            (vec![manifest, manifest, verify, evidence], "E_CONTAINER_DUP"),
            (vec![manifest, signature, signature, verify, evidence], "E_CONTAINER_DUP"),
            (vec![manifest, signature, verify, verify, evidence], "E_CONTAINER_DUP"),
            (vec![signature, manifest, verify, evidence], "E_CONTAINER_DUP"),
            (vec![manifest, signature, evidence, verify], "E_CONTAINER"),
            (vec![manifest, signature, verify, stranger], "E_CONTAINER"),
            (vec![manifest, signature, verify, evidence, stranger], "E_CONTAINER"),
            (vec![manifest, signature, verify, evidence, plus], "E_CONTAINER"),
            (vec![manifest, signature, verify], "E_CONTAINER"),
            (vec![], "E_CONTAINER"),
        ] {
            let names: Vec<_> = members.iter().map(|member| member.0).collect();
            assert_eq!(code(&archive(&members)), expected, "{names:?}");
        }
    }

    #[test]
    fn sizes_are_bounded_before_anything_is_read() {
        let long = vec![b' '; (1 << 20) + 1];
        assert_eq!(code(&archive(&[(MANIFEST, &long)])), "E_SIZE");
        assert_eq!(code(&archive(&[(MANIFEST, b"{}"), (SIGNATURE, &[b'x'; 513])])), "E_SIZE");
        let mut huge = archive(&SIGNED);
        huge[3072..3584].copy_from_slice(&header::build(EVIDENCE, u64::MAX, TIME).unwrap());
        assert_eq!(code(&huge), "E_SIZE");
    }

    #[test]
    fn every_cut_and_every_flipped_container_byte_is_refused() {
        let bytes = archive(&SIGNED);
        for end in 0..bytes.len() {
            assert_ne!(code(&bytes[..end]), "ok", "cut at {end}");
        }
        let data: [std::ops::Range<usize>; 4] = [512..514, 1536..1539, 2560..2563, 3584..4284];
        for index in (0..bytes.len()).filter(|index| !data.iter().any(|data| data.contains(index)))
        {
            for flip in [0x01, 0x20, 0x80, 0xff] {
                let mut bytes = bytes.clone();
                bytes[index] ^= flip;
                assert_ne!(code(&bytes), "ok", "byte {index} ^ {flip:#x}");
            }
        }
        let mut longer = bytes;
        longer.extend([0; 512]);
        assert_eq!(code(&longer), "E_CONTAINER", "a third zero block");
    }

    #[test]
    fn links_and_extensions_are_refused_whatever_their_checksum() {
        for kind in *b"12345 6xgLKS\0" {
            let mut bytes = archive(&SIGNED);
            bytes[156] = kind;
            let block: &mut Block = bytes.first_chunk_mut().unwrap();
            let sum = header::checksum(block);
            block[header::CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            assert_eq!(code(&bytes), "E_CONTAINER", "type {kind}");
        }
    }
}
