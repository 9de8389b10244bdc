//! Response bodies: cut into segments, committed to, compressed into one zstd frame each.
use super::Error;
use super::hash::{self, Digest};
use std::io::Read as _;

/// Bytes of one compressed body; `SQLite` holds at most 10^9 in a value.
pub const MAX_COMPRESSED: u64 = 900_000_000;
/// Bytes of one body after content decoding; bounds what a hostile bundle makes a reader hold.
pub const MAX_RAW: u64 = 4 << 30;
/// zstd's own default; without a dictionary, so that `zstd -d` reads a frame by itself.
const LEVEL: i32 = 3;

/// A body as it arrived, after content decoding and redaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBody {
    /// As sniffed.
    pub media: String,
    pub bytes: Vec<u8>,
    /// `xml:NAME`, `csv:record`, `json:data` or `whole`.
    pub segment_rule: String,
    /// Cumulative ends, the last one is the length; none for an empty body.
    pub segment_ends: Vec<u64>,
}

/// A row of the `body` table, without its id.
#[derive(Debug, Clone)]
pub struct Packed {
    pub media: String,
    pub raw_len: u64,
    pub sha256: Digest,
    pub commit: Digest,
    pub segment_rule: String,
    /// Big-endian 64-bit cumulative ends.
    pub segment_ends: Vec<u8>,
    pub seed: Digest,
    pub zstd: Vec<u8>,
}

impl NewBody {
    /// Hashes under a fresh random seed and compresses.
    pub fn pack(self) -> Result<Packed, Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(Error::Random)?;
        let raw_len = len(&self.bytes);
        if raw_len > MAX_RAW {
            return Err(Error::Refused(format!("a body of {raw_len} bytes exceeds {MAX_RAW}")));
        }
        let commit = hash::body_commit(&seed, &self.bytes, &self.segment_ends)
            .ok_or_else(|| Error::Refused("segment ends do not partition the body".to_owned()))?;
        let zstd = zstd::bulk::compress(&self.bytes, LEVEL)
            .map_err(|error| Error::Refused(format!("a body cannot be compressed: {error}")))?;
        bounded(len(&zstd), MAX_COMPRESSED)?;
        Ok(Packed {
            media: self.media,
            raw_len,
            sha256: hash::sha256(&[&self.bytes]),
            commit,
            segment_rule: self.segment_rule,
            segment_ends: self.segment_ends.iter().flat_map(|end| end.to_be_bytes()).collect(),
            seed,
            zstd,
        })
    }
}

/// Refused where the bound is passed, never truncated.
fn bounded(compressed: u64, bound: u64) -> Result<(), Error> {
    if compressed > bound {
        let why = format!("a body of {compressed} compressed bytes exceeds {bound}");
        return Err(Error::Refused(why));
    }
    Ok(())
}

/// The ends column as numbers; `None` where its length is no multiple of 8.
pub fn segment_ends(column: &[u8]) -> Option<Vec<u64>> {
    let (ends, rest) = column.as_chunks::<8>();
    rest.is_empty().then(|| ends.iter().map(|end| u64::from_be_bytes(*end)).collect())
}

/// Why a frame does not give the body that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("claims more bytes than a body can have")]
    Claim,
    #[error("another length than recorded")]
    Length,
    #[error("zstd cannot start")]
    Start,
    #[error("not a whole zstd frame")]
    Frame,
    #[error("bytes behind the zstd frame")]
    Behind,
}

/// Bytes that are decoded at a time: few enough to stay in the processor's cache.
const PIECE: usize = 128 << 10;

/// Replaces `out` by the content of one zstd frame that must hold exactly `raw_len` bytes and have
/// nothing behind it; never decodes more than one byte beyond.
pub fn decode(frame: &[u8], raw_len: u64, out: &mut Vec<u8>) -> Result<(), DecodeError> {
    decode_pieces(frame, raw_len, out, |_| {})
}

/// As [`decode`], and hands out each piece while it is fresh.
pub fn decode_pieces(
    frame: &[u8],
    raw_len: u64,
    out: &mut Vec<u8>,
    mut each: impl FnMut(&[u8]),
) -> Result<(), DecodeError> {
    if raw_len > MAX_RAW {
        return Err(DecodeError::Claim);
    }
    let mut rest = frame;
    let decoder = zstd::stream::read::Decoder::with_buffer(&mut rest);
    let decoder = decoder.map_err(|_| DecodeError::Start)?.single_frame();
    let mut bounded = decoder.take(raw_len.saturating_add(1));
    // What `out` holds is overwritten: clearing it would be one more pass over the body.
    let mut filled = 0;
    loop {
        if out.len() < filled + PIECE {
            out.resize(filled + PIECE, 0);
        }
        let place = out.get_mut(filled..filled + PIECE).unwrap_or_default();
        let read = bounded.read(place).map_err(|_| DecodeError::Frame)?;
        if read == 0 {
            break;
        }
        each(out.get(filled..filled + read).unwrap_or_default());
        filled += read;
    }
    out.truncate(filled);
    drop(bounded);
    if len(out) != raw_len {
        return Err(DecodeError::Length);
    }
    if !rest.is_empty() {
        return Err(DecodeError::Behind);
    }
    Ok(())
}

fn len(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(bytes: &[u8]) -> NewBody {
        NewBody {
            media: "text/xml".to_owned(),
            bytes: bytes.to_vec(),
            segment_rule: "whole".to_owned(),
            segment_ends: if bytes.is_empty() { vec![] } else { vec![len(bytes)] },
        }
    }

    #[test]
    fn a_body_comes_back_as_it_was() {
        let long = vec![b'x'; 300_000];
        for bytes in [&b""[..], b"<A/>", &long] {
            let packed = whole(bytes).pack().unwrap();
            let mut out = b"left over".to_vec();
            decode(&packed.zstd, packed.raw_len, &mut out).unwrap();
            assert_eq!(out, bytes);
            let ends = segment_ends(&packed.segment_ends).unwrap();
            assert_eq!(hash::body_commit(&packed.seed, &out, &ends), Some(packed.commit));
            assert_eq!(packed.sha256, hash::sha256(&[bytes]));
        }
    }

    #[test]
    fn equal_bodies_have_unequal_commits() {
        let commit = || whole(b"<A/>").pack().unwrap().commit;
        assert_ne!(commit(), commit());
    }

    #[test]
    fn ends_that_leave_bytes_out_are_refused() {
        for ends in [vec![], vec![2], vec![3, 2, 4], vec![4, 5]] {
            let body = NewBody { segment_ends: ends, ..whole(b"<A/>") };
            assert!(matches!(body.pack(), Err(Error::Refused(_))));
        }
        assert_eq!(segment_ends(&[0; 9]), None);
    }

    #[test]
    fn a_frame_holds_exactly_what_was_recorded() {
        let packed = whole(&[b'x'; 1000]).pack().unwrap();
        let mut out = Vec::new();
        for raw_len in [0, 999, 1001, u64::MAX] {
            assert!(decode(&packed.zstd, raw_len, &mut out).is_err(), "{raw_len}");
        }
        let (cut, _) = packed.zstd.split_at(packed.zstd.len() - 1);
        assert!(decode(cut, 1000, &mut out).is_err());
        assert!(decode(b"", 0, &mut out).is_err());
        let mut longer = packed.zstd.clone();
        longer.push(0);
        assert!(decode(&longer, 1000, &mut out).is_err());
        let twice = [packed.zstd.as_slice(), &packed.zstd].concat();
        assert!(decode(&twice, 2000, &mut out).is_err());
        assert!(decode(&twice, 1000, &mut out).is_err());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], LEVEL).unwrap();
        assert!(bomb.len() < 16_000);
        let mut out = Vec::new();
        assert!(decode(&bomb, 1000, &mut out).is_err());
        assert!(out.capacity() < 1 << 20);
    }

    #[test]
    fn the_bound_on_compressed_bytes_is_exact() {
        assert!(bounded(MAX_COMPRESSED, MAX_COMPRESSED).is_ok());
        assert!(bounded(MAX_COMPRESSED + 1, MAX_COMPRESSED).is_err());
    }
}
