//! Undoing `Content-Encoding` while an answer arrives, within a bound of decoded bytes.

use crate::call::Trouble;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::Write;

/// Undoes the content encoding while the answer arrives, up to a bound of decoded bytes.
pub(crate) enum Decoder {
    Identity(Bounded),
    /// Nothing came yet: an empty body has no gzip frame.
    Start(Bounded),
    Gzip(MultiGzDecoder<Bounded>),
    /// `deflate` means zlib by the standard and raw deflate by habit: the first bytes tell.
    Deflate(Vec<u8>, Bounded),
    Zlib(ZlibDecoder<Bounded>),
    Raw(DeflateDecoder<Bounded>),
}

impl Decoder {
    pub(crate) fn new(encoding: &str, max: u64) -> Result<Self, Trouble> {
        let out = Bounded { bytes: Vec::new(), max, full: false };
        match encoding {
            "" => Ok(Self::Identity(out)),
            "gzip" => Ok(Self::Start(out)),
            "deflate" => Ok(Self::Deflate(Vec::new(), out)),
            other => Err(Trouble::Encoding(other.chars().take(32).collect())),
        }
    }

    pub(crate) fn write(&mut self, chunk: &[u8]) -> Result<(), Trouble> {
        if let Self::Deflate(first, out) = self {
            first.extend_from_slice(chunk);
            let [cmf, flags, ..] = first.as_slice() else { return Ok(()) };
            let zlib = cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flags)) % 31 == 0;
            let (first, out) = (std::mem::take(first), std::mem::take(out));
            *self = if zlib {
                Self::Zlib(ZlibDecoder::new(out))
            } else {
                Self::Raw(DeflateDecoder::new(out))
            };
            return self.write(&first);
        }
        if let Self::Start(out) = self {
            *self = Self::Gzip(MultiGzDecoder::new(std::mem::take(out)));
        }
        let (written, out) = match self {
            Self::Identity(out) => (out.write_all(chunk), &*out),
            Self::Gzip(decoder) => (decoder.write_all(chunk), decoder.get_ref()),
            Self::Zlib(decoder) => (decoder.write_all(chunk), decoder.get_ref()),
            Self::Raw(decoder) => (decoder.write_all(chunk), decoder.get_ref()),
            Self::Start(_) | Self::Deflate(..) => return Ok(()),
        };
        written.map_err(|error| out.trouble(&error))
    }

    /// The decoded bytes, and whether the encoding came to its end.
    pub(crate) fn finish(self) -> (Vec<u8>, Result<(), Trouble>) {
        match self {
            Self::Deflate(first, out) if !first.is_empty() => {
                (out.bytes, Err(Trouble::Cut("content decoding: too short".to_owned())))
            }
            Self::Identity(out) | Self::Start(out) | Self::Deflate(_, out) => (out.bytes, Ok(())),
            Self::Gzip(mut decoder) => {
                let end = decoder.try_finish();
                end_of(std::mem::take(decoder.get_mut()), end)
            }
            Self::Zlib(mut decoder) => {
                let end = decoder.try_finish();
                end_of(std::mem::take(decoder.get_mut()), end)
            }
            Self::Raw(mut decoder) => {
                let end = decoder.try_finish();
                end_of(std::mem::take(decoder.get_mut()), end)
            }
        }
    }
}

fn end_of(out: Bounded, end: std::io::Result<()>) -> (Vec<u8>, Result<(), Trouble>) {
    let end = end.map_err(|error| out.trouble(&error));
    (out.bytes, end)
}

/// Grows up to a bound and refuses more.
#[derive(Default)]
pub(crate) struct Bounded {
    bytes: Vec<u8>,
    max: u64,
    full: bool,
}

impl Bounded {
    fn trouble(&self, error: &std::io::Error) -> Trouble {
        if self.full {
            Trouble::TooLarge(self.max)
        } else {
            Trouble::Cut(format!("content decoding: {error}"))
        }
    }
}

impl Write for Bounded {
    fn write(&mut self, chunk: &[u8]) -> std::io::Result<usize> {
        if (self.bytes.len() as u64).saturating_add(chunk.len() as u64) > self.max {
            self.full = true;
            return Err(std::io::Error::other("larger than the bound"));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn encoded(encoding: &str, raw: bool, text: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        let done = match (encoding, raw) {
            ("gzip", _) => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(text).and_then(|()| encoder.finish())
            }
            (_, true) => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(text).and_then(|()| encoder.finish())
            }
            _ => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(text).and_then(|()| encoder.finish())
            }
        };
        done.expect("encoded")
    }

    fn decoded(encoding: &str, wire: &[u8], max: u64, step: usize) -> (Vec<u8>, Option<Trouble>) {
        let mut decoder = match Decoder::new(encoding, max) {
            Ok(decoder) => decoder,
            Err(trouble) => return (Vec::new(), Some(trouble)),
        };
        let mut trouble = None;
        for chunk in wire.chunks(step) {
            trouble = trouble.or(decoder.write(chunk).err());
        }
        let (body, end) = decoder.finish();
        (body, trouble.or(end.err()))
    }

    const TEXT: &[u8] = b"<LIST><ITEM>one</ITEM><ITEM>two</ITEM></LIST>";

    #[test]
    fn each_encoding_is_undone_however_it_is_cut_into_reads() {
        for (encoding, raw) in [("gzip", false), ("deflate", false), ("deflate", true)] {
            let wire = encoded(encoding, raw, TEXT);
            for step in [1, 2, 3, 1000] {
                assert_eq!(decoded(encoding, &wire, 1000, step), (TEXT.to_vec(), None));
            }
        }
        assert_eq!(decoded("", TEXT, 1000, 7), (TEXT.to_vec(), None));
        let mut twice = encoded("gzip", false, TEXT);
        twice.extend(encoded("gzip", false, TEXT));
        assert_eq!(decoded("gzip", &twice, 1000, 5).0.len(), 2 * TEXT.len());
    }

    #[test]
    fn a_bomb_stops_at_the_bound() {
        let bomb = encoded("gzip", false, &vec![0; 10 << 20]);
        assert!(bomb.len() < 20_000);
        let (body, trouble) = decoded("gzip", &bomb, 1 << 20, 4096);
        assert!(body.len() <= 1 << 20);
        assert_eq!(trouble, Some(Trouble::TooLarge(1 << 20)));
        assert_eq!(decoded("", TEXT, 4, 1).1, Some(Trouble::TooLarge(4)));
    }

    #[test]
    fn a_cut_encoding_keeps_what_it_gave() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(u32::to_be_bytes).collect();
        for (encoding, raw) in [("gzip", false), ("deflate", false)] {
            let wire = encoded(encoding, raw, &text);
            let (half, _) = wire.split_at(wire.len() / 2);
            let (body, trouble) = decoded(encoding, half, 1 << 20, 4096);
            assert!(matches!(trouble, Some(Trouble::Cut(_))), "{encoding}: {trouble:?}");
            assert!(text.starts_with(&body) && !body.is_empty(), "{encoding}");
        }
    }

    #[test]
    fn an_empty_body_is_whole_whatever_its_encoding() {
        for encoding in ["", "gzip", "deflate"] {
            assert_eq!(decoded(encoding, b"", 10, 1), (Vec::new(), None));
        }
    }

    #[test]
    fn one_byte_of_deflate_is_a_cut() {
        assert!(matches!(decoded("deflate", b"x", 10, 1).1, Some(Trouble::Cut(_))));
    }

    #[test]
    fn an_encoding_that_was_not_asked_for_is_refused() {
        assert_eq!(decoded("br", b"x", 10, 1).1, Some(Trouble::Encoding("br".to_owned())));
    }
}
