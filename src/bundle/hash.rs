//! The hashes of format 1: salts, segments, the Merkle tree of RFC 6962, the journal's chain.
use sha2::{Digest as _, Sha256};

pub type Digest = [u8; 32];
/// 128 random bits; 32 hexadecimal digits in JSON.
pub type Id = [u8; 16];

pub fn sha256(parts: &[&[u8]]) -> Digest {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Lower hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| DIGITS.get(usize::from(nibble))).collect()
}

/// Exactly `N` bytes of lower hexadecimal; upper case and every other length are refused, so that
/// a value has one spelling.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}

/// The salt of segment `index` (from 0). Whoever holds the seed can derive every salt of the body;
/// a redacted copy discloses single salts instead.
pub fn salt(seed: &Digest, index: u64) -> Digest {
    sha256(&[b"qsi.salt.v1\0", seed, &index.to_be_bytes()])
}

pub fn segment(salt: &Digest, bytes: &[u8]) -> Digest {
    sha256(&[b"qsi.seg.v1\0", salt, bytes])
}

/// The commitment to a body cut at `ends`; `None` where the ends do not partition `raw`.
pub fn body_commit(seed: &Digest, raw: &[u8], ends: &[u64]) -> Option<Digest> {
    let mut tree = Mth::default();
    let mut start = 0;
    for (index, end) in (0..).zip(ends) {
        let end = usize::try_from(*end).ok()?;
        tree.push(&segment(&salt(seed, index), raw.get(start..end)?));
        start = end;
    }
    (start == raw.len() && (raw.is_empty() == ends.is_empty())).then(|| tree.root())
}

/// SHA-256 and commitment of a body that comes in pieces, both while the processor still has the
/// piece at hand: over a whole body at once the second pass would wait for memory.
pub struct BodyHash<'a> {
    seed: &'a Digest,
    /// Ends of the segments that are not finished.
    ends: std::slice::Iter<'a, u64>,
    /// Number of the segment under way, its end and its hash so far; `None` behind the last.
    segment: Option<(u64, u64, Sha256)>,
    at: u64,
    whole: Sha256,
    tree: Mth,
    /// The pieces and the ends do not fit.
    misfit: bool,
}

impl<'a> BodyHash<'a> {
    pub fn new(seed: &'a Digest, ends: &'a [u64]) -> Self {
        let mut hash = Self {
            seed,
            ends: ends.iter(),
            segment: None,
            at: 0,
            whole: Sha256::new(),
            tree: Mth::default(),
            misfit: false,
        };
        hash.begin(0);
        hash
    }

    pub fn update(&mut self, mut piece: &[u8]) {
        self.whole.update(piece);
        while let Some((index, end, hasher)) = &mut self.segment {
            let left = end.checked_sub(self.at);
            self.misfit |= left.is_none();
            let left = usize::try_from(left.unwrap_or(0)).unwrap_or(usize::MAX);
            let (now, later) = piece.split_at(left.min(piece.len()));
            hasher.update(now);
            self.at += now.len() as u64;
            piece = later;
            if now.len() < left {
                return;
            }
            let (next, digest) = (*index + 1, std::mem::take(hasher).finalize());
            self.tree.push(&digest);
            self.begin(next);
        }
        self.misfit |= !piece.is_empty();
    }

    /// SHA-256, and the commitment unless the ends do not partition what came.
    pub fn finish(mut self) -> (Digest, Option<Digest>) {
        self.update(&[]);
        // Only an empty body has no segments.
        let empty = self.at == 0 && self.tree != Mth::default();
        let whole = !self.misfit && !empty && self.segment.is_none();
        (self.whole.finalize().into(), whole.then(|| self.tree.root()))
    }

    fn begin(&mut self, index: u64) {
        self.segment = self.ends.next().map(|&end| {
            let mut hasher = Sha256::new();
            hasher.update(b"qsi.seg.v1\0");
            hasher.update(salt(self.seed, index));
            (index, end, hasher)
        });
    }
}

/// The hash of one leaf of a tree, of one journal record.
pub fn leaf(record: &[u8]) -> Digest {
    sha256(&[&[0], record])
}

/// The chain value of the first journal record.
pub fn chain0(run_id: &Id, leaf: &Digest) -> Digest {
    sha256(&[b"qsi.chain.v1\0", run_id, leaf])
}

/// The chain value of every later record.
pub fn chain(previous: &Digest, leaf: &Digest) -> Digest {
    sha256(&[b"qsi.chain.v1\0", previous, leaf])
}

/// RFC 6962 §2.1 Merkle tree hash, fed leaf by leaf; holds one digest per set bit of the count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mth {
    /// Roots of whole subtrees, tallest first, each with its number of leaves.
    subtrees: Vec<(u64, Digest)>,
}

impl Mth {
    pub fn push(&mut self, data: &[u8]) {
        self.push_leaf(leaf(data));
    }

    /// For leaves whose hash is already there, as in the journal's `leaf` column.
    pub fn push_leaf(&mut self, leaf: Digest) {
        let mut right = (1, leaf);
        while let Some(left) = self.subtrees.pop_if(|left| left.0 == right.0) {
            right = (left.0 + right.0, node(&left.1, &right.1));
        }
        self.subtrees.push(right);
    }

    /// The root over everything pushed so far; more may follow.
    pub fn root(&self) -> Digest {
        let mut roots = self.subtrees.iter().rev().map(|(_, root)| *root);
        match roots.next() {
            None => sha256(&[]),
            Some(last) => roots.fold(last, |right, left| node(&left, &right)),
        }
    }
}

fn node(left: &Digest, right: &Digest) -> Digest {
    sha256(&[&[1], left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs and roots that Certificate Transparency implementations share as test vectors.
    #[test]
    fn roots_are_those_of_rfc_6962() {
        let inputs: [&[u8]; 8] = [
            b"",
            &[0x00],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d,
                0x6e, 0x6f,
            ],
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Mth::default();
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex(&tree.root()), empty);
        for (input, root) in inputs.iter().zip(roots) {
            tree.push(input);
            assert_eq!(hex(&tree.root()), root);
        }
    }

    #[test]
    fn the_tree_is_the_recursion_of_the_rfc() {
        fn recursion(leaves: &[Digest]) -> Digest {
            match leaves {
                [] => sha256(&[]),
                [one] => *one,
                more => {
                    let (left, right) = more.split_at(more.len().next_power_of_two() / 2);
                    node(&recursion(left), &recursion(right))
                }
            }
        }
        let leaves: Vec<Digest> = (0u8..70).map(|n| leaf(&[n])).collect();
        let mut tree = Mth::default();
        for (count, one) in leaves.iter().enumerate() {
            tree.push_leaf(*one);
            assert_eq!(tree.root(), recursion(&leaves[..=count]));
        }
    }

    #[test]
    fn hex_has_one_spelling() {
        assert_eq!(hex(&[0x00, 0xa9, 0xff]), "00a9ff");
        assert_eq!(from_hex::<3>("00a9ff"), Some([0x00, 0xa9, 0xff]));
        for wrong in ["00A9ff", "00a9f", "00a9ff00", "00a9fg", "", "00a9é"] {
            assert_eq!(from_hex::<3>(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_body_in_pieces_has_the_hashes_of_the_whole() {
        let (seed, raw) = ([7; 32], b"0123456789");
        for ends in [&[][..], &[10], &[3, 10], &[0, 3, 3, 10], &[3], &[4, 2, 10], &[3, 11]] {
            for size in 1..=10 {
                let mut hash = BodyHash::new(&seed, ends);
                raw.chunks(size).for_each(|piece| hash.update(piece));
                let expected = (sha256(&[raw]), body_commit(&seed, raw, ends));
                assert_eq!(hash.finish(), expected, "{ends:?} in pieces of {size}");
            }
        }
        for ends in [&[][..], &[0], &[1]] {
            let expected = (sha256(&[]), body_commit(&seed, b"", ends));
            assert_eq!(BodyHash::new(&seed, ends).finish(), expected, "{ends:?}");
        }
    }

    #[test]
    fn a_body_commit_needs_ends_that_partition_it() {
        let seed = [7; 32];
        let commit = |raw: &[u8], ends: &[u64]| body_commit(&seed, raw, ends);
        assert!(commit(b"", &[]).is_some());
        assert!(commit(b"abc", &[3]).is_some());
        assert!(commit(b"abc", &[0, 3]).is_some());
        assert_ne!(commit(b"abc", &[1, 3]), commit(b"abc", &[2, 3]));
        assert_ne!(commit(b"abc", &[3]), body_commit(&[8; 32], b"abc", &[3]));
        for ends in [&[][..], &[2], &[4], &[2, 1, 3], &[3, 4]] {
            assert_eq!(commit(b"abc", ends), None, "{ends:?}");
        }
        assert_eq!(commit(b"", &[0]), None);
    }
}
