//! One `ustar` header: its only byte form, and the refusal of every other.
use super::ContainerError;

/// Length in bytes.
pub(super) const LEN: usize = 512;
pub(super) const CHECKSUM: std::ops::Range<usize> = 148..156;
const SIZE: std::ops::Range<usize> = 124..136;
/// First value that eleven octal digits cannot hold.
const OCTAL_END: u64 = 1 << 33;

pub(super) type Block = [u8; LEN];

/// The one header that stands for these three values; `None` where a field cannot hold its value.
pub(super) fn build(name: &str, size: u64, mtime: u64) -> Option<Block> {
    let mut block = [0; LEN];
    block.get_mut(..name.len()).filter(|_| name.len() < 100)?.copy_from_slice(name.as_bytes());
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    if size < OCTAL_END {
        block[SIZE].copy_from_slice(format!("{size:011o}\0").as_bytes());
    } else {
        block[SIZE.start] = 0x80;
        block[SIZE.end - 8..SIZE.end].copy_from_slice(&size.to_be_bytes());
    }
    if mtime >= OCTAL_END {
        return None;
    }
    block[136..148].copy_from_slice(format!("{mtime:011o}\0").as_bytes());
    block[156] = b'0';
    block[257..265].copy_from_slice(b"ustar\x0000");
    block[329..337].copy_from_slice(b"0000000\0");
    block[337..345].copy_from_slice(b"0000000\0");
    let sum = checksum(&block);
    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(block)
}

/// Sum of all header bytes, the checksum field itself taken as eight spaces.
pub(super) fn checksum(block: &Block) -> u32 {
    let field: u32 = block[CHECKSUM].iter().map(|byte| u32::from(*byte)).sum();
    block.iter().map(|byte| u32::from(*byte)).sum::<u32>() - field + 8 * u32::from(b' ')
}

/// What a header says, and the byte offset at which it stands.
pub(super) struct Parsed {
    pub(super) at: u64,
    pub(super) name: String,
    pub(super) size: u64,
    /// Unix seconds.
    pub(super) mtime: u64,
}

/// Reads a header that begins at byte `at` of the file.
pub(super) fn parse(block: &Block, at: u64) -> Result<Parsed, ContainerError> {
    let refuse = |what| ContainerError::Header { at, what };
    // The likely attacks are named; whatever else differs is caught by the rebuilt header.
    match block[156] {
        b'0' => {}
        b'1' | b'2' => return Err(refuse("is a link, not a regular file")),
        b'x' | b'g' => return Err(refuse("is a pax extension, which can rename what follows")),
        b'L' | b'K' => return Err(refuse("is a GNU long name, which can rename what follows")),
        _ => return Err(refuse("is not a regular file")),
    }
    let name = block[..100].split(|byte| *byte == 0).next().unwrap_or_default();
    let name = std::str::from_utf8(name).map_err(|_| refuse("has a name that is not text"))?;
    let size = size(&block[SIZE]).ok_or_else(|| refuse("has no readable size"))?;
    let mtime = octal(&block[136..148]).ok_or_else(|| refuse("has no readable time"))?;
    let rebuilt = build(name, size, mtime).ok_or_else(|| refuse("has a name that is too long"))?;
    if rebuilt != *block {
        return Err(refuse("is not the one form of its name, size and time"));
    }
    Ok(Parsed { at, name: name.to_owned(), size, mtime })
}

fn size(field: &[u8]) -> Option<u64> {
    match field.split_first()? {
        (0x80, rest) => {
            let value = u64::from_be_bytes(*rest.last_chunk()?);
            // One form only: what octal can hold is written in octal.
            (value >= OCTAL_END).then_some(value)
        }
        _ => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let (end, digits) = field.split_last()?;
    let digits = std::str::from_utf8(digits).ok()?;
    (*end == 0).then(|| u64::from_str_radix(digits, 8).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::container::EVIDENCE;

    const TIME: u64 = 1_774_664_000;

    #[test]
    fn sizes_above_eight_gibibytes_survive() {
        for size in [0, OCTAL_END - 1, OCTAL_END, 1 << 40, u64::MAX] {
            let block = build(EVIDENCE, size, TIME).unwrap();
            assert_eq!(parse(&block, 0).unwrap().size, size);
        }
        let mut small = build(EVIDENCE, OCTAL_END, TIME).unwrap();
        small[SIZE.end - 8..SIZE.end].copy_from_slice(&5_u64.to_be_bytes());
        assert!(parse(&small, 0).is_err(), "octal fits, so base-256 is a second form");
    }
}
