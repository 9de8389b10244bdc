//! Ranges of IPv4 and IPv6 addresses in their networks, and exact sets of them.
//!
//! A subscription may use one address in several networks, so nothing here ever compares two
//! addresses without their networks. The families are kept apart: no IPv4 address equals an IPv6
//! one, mapped or not.

mod meet;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
pub use meet::owners;

/// Blocks that no packet from the Internet reaches: this network (RFC 791), private (RFC 1918),
/// carrier-grade NAT (RFC 6598), loopback (RFC 1122), link-local (RFC 3927), multicast (RFC 5771),
/// reserved (RFC 1112); and all of IPv6 but its global unicast block `2000::/3` (RFC 4291).
const NOT_PUBLIC: [&str; 12] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/3",
    "4000::/2",
    "8000::/1",
];

/// Which of the two address families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    V4,
    V6,
}

/// A run of addresses of one family in one network, both ends inside; never empty.
///
/// Displayed as `first-last@network`, a single address as `a-a@network`, IPv6 as in RFC 5952.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    network: i64,
    family: Family,
    first: u128,
    last: u128,
}

/// Why a text is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("`{0}` is no address, range or CIDR block")]
    Text(String),
    #[error("`{0}` begins after its end")]
    Backwards(String),
    #[error("`{0}` mixes IPv4 and IPv6")]
    Mixed(String),
}

impl Range {
    /// The range between two addresses of one family; `None` if it would be empty or mixed.
    pub fn new(network: i64, first: IpAddr, last: IpAddr) -> Option<Self> {
        let (family, first) = number(first);
        let (other, last) = number(last);
        (family == other && first <= last).then_some(Self { network, family, first, last })
    }

    /// The range between two addresses as the evidence model keeps them: 4 or 16 bytes in network
    /// order.
    pub fn from_bytes(network: i64, first: &[u8], last: &[u8]) -> Option<Self> {
        Self::new(network, address(first)?, address(last)?)
    }

    /// Reads `a`, `a-b` or `a/len`; a block stands for all of its addresses.
    ///
    /// # Errors
    /// Anything else, and ranges that run backwards or from one family into the other.
    pub fn parse(network: i64, text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let wrong = || AddressError::Text(text.to_owned());
        let (first, last) = if text.contains('/') {
            let block: IpNet = text.parse().map_err(|_| wrong())?;
            (block.network(), block.broadcast())
        } else if let Some((first, last)) = text.split_once('-') {
            let end = |part: &str| part.trim().parse::<IpAddr>().map_err(|_| wrong());
            (end(first)?, end(last)?)
        } else {
            let address = text.parse().map_err(|_| wrong())?;
            (address, address)
        };
        if first.is_ipv4() != last.is_ipv4() {
            return Err(AddressError::Mixed(text.to_owned()));
        }
        Self::new(network, first, last).ok_or_else(|| AddressError::Backwards(text.to_owned()))
    }

    /// First and last address as the evidence model keeps them: 4 or 16 bytes in network order.
    pub fn to_bytes(self) -> (Vec<u8>, Vec<u8>) {
        let bytes = |number: u128| match self.family {
            Family::V4 => ipv4(number).octets().to_vec(),
            Family::V6 => number.to_be_bytes().to_vec(),
        };
        (bytes(self.first), bytes(self.last))
    }

    pub const fn network(&self) -> i64 {
        self.network
    }

    /// The same addresses as if they were of another network.
    #[must_use]
    pub const fn moved(self, network: i64) -> Self {
        Self { network, ..self }
    }

    pub const fn family(&self) -> Family {
        self.family
    }

    /// How many addresses; the whole IPv6 space, which does not fit, counts as `u128::MAX`.
    pub const fn count(&self) -> u128 {
        (self.last - self.first).saturating_add(1)
    }

    fn space(&self) -> (i64, Family) {
        (self.network, self.family)
    }

    /// The part that both hold.
    pub fn overlap(&self, other: &Self) -> Option<Self> {
        let first = self.first.max(other.first);
        let last = self.last.min(other.last);
        (self.space() == other.space() && first <= last).then_some(Self { first, last, ..*self })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.family {
            Family::V4 => write!(out, "{}-{}", ipv4(self.first), ipv4(self.last))?,
            Family::V6 => {
                write!(out, "{}-{}", Ipv6Addr::from(self.first), Ipv6Addr::from(self.last))?;
            }
        }
        write!(out, "@{}", self.network)
    }
}

/// A set of addresses: maximal runs in order of network, family and address.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Set {
    /// Sorted; neither overlapping nor touching.
    runs: Vec<Range>,
}

impl Set {
    pub const fn new() -> Self {
        Self { runs: Vec::new() }
    }

    pub const fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The maximal runs, in order.
    pub fn runs(&self) -> &[Range] {
        &self.runs
    }

    /// How many addresses; saturates.
    pub fn count(&self) -> u128 {
        self.runs.iter().fold(0, |sum, run| sum.saturating_add(run.count()))
    }

    pub fn contains(&self, range: &Range) -> bool {
        self.after(range).first().is_some_and(|run| run.overlap(range) == Some(*range))
    }

    /// Whether any address is in both.
    pub fn intersects(&self, other: &Self) -> bool {
        let (few, many) =
            if self.runs.len() < other.runs.len() { (self, other) } else { (other, self) };
        few.runs.iter().any(|run| {
            many.after(run).first().is_some_and(|candidate| candidate.overlap(run).is_some())
        })
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.runs.iter().chain(&other.runs).copied().collect()
    }

    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let (few, many) =
            if self.runs.len() < other.runs.len() { (self, other) } else { (other, self) };
        let mut runs = Vec::new();
        for run in &few.runs {
            runs.extend(many.after(run).iter().map_while(|candidate| candidate.overlap(run)));
        }
        Self { runs }
    }

    /// What is here and not in `other`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let mut runs = Vec::new();
        for run in &self.runs {
            let mut rest = Some(*run);
            for taken in other.after(run).iter().map_while(|candidate| candidate.overlap(run)) {
                let Some(open) = rest else { break };
                if open.first < taken.first {
                    runs.push(Range { last: taken.first - 1, ..open });
                }
                rest = (taken.last < open.last).then(|| Range { first: taken.last + 1, ..open });
            }
            runs.extend(rest);
        }
        Self { runs }
    }

    /// The addresses of one network.
    #[must_use]
    pub fn within(&self, network: i64) -> Self {
        Self { runs: self.runs.iter().filter(|run| run.network == network).copied().collect() }
    }

    /// The same addresses as if they were of another network.
    #[must_use]
    pub fn moved(&self, network: i64) -> Self {
        self.runs.iter().map(|run| run.moved(network)).collect()
    }

    /// The addresses of one family.
    #[must_use]
    pub fn only(&self, family: Family) -> Self {
        Self { runs: self.runs.iter().filter(|run| run.family == family).copied().collect() }
    }

    /// Those that packets from the Internet may reach, whatever their network.
    #[must_use]
    pub fn public(&self) -> Self {
        let networks: BTreeSet<i64> = self.runs.iter().map(Range::network).collect();
        let blocks = networks.into_iter().flat_map(|network| {
            NOT_PUBLIC.iter().filter_map(move |text| Range::parse(network, text).ok())
        });
        self.difference(&blocks.collect())
    }

    /// The runs from the first one that does not end before `range` begins.
    fn after(&self, range: &Range) -> &[Range] {
        let start =
            self.runs.partition_point(|run| (run.space(), run.last) < (range.space(), range.first));
        self.runs.get(start..).unwrap_or_default()
    }
}

impl FromIterator<Range> for Set {
    fn from_iter<T: IntoIterator<Item = Range>>(ranges: T) -> Self {
        let mut sorted: Vec<Range> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut runs: Vec<Range> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match runs.last_mut() {
                // Touching counts: `last` cannot overflow, a run that ends at the top holds all
                // that could follow.
                Some(run)
                    if run.space() == range.space()
                        && range.first <= run.last.saturating_add(1) =>
                {
                    run.last = run.last.max(range.last);
                }
                _ => runs.push(range),
            }
        }
        Self { runs }
    }
}

fn number(address: IpAddr) -> (Family, u128) {
    match address {
        IpAddr::V4(address) => (Family::V4, u128::from(u32::from(address))),
        IpAddr::V6(address) => (Family::V6, u128::from(address)),
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes)
        .map(IpAddr::from)
        .or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from))
        .ok()
}

/// An IPv4 address from its number, which [`number`] made from 32 bits.
fn ipv4(number: u128) -> Ipv4Addr {
    Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_the_internet_does_not_route_is_not_public() {
        let all: Set =
            ["0.0.0.0/0", "::/0"].map(|text| Range::parse(4, text).unwrap()).into_iter().collect();
        let public = all.public();
        let is_public = |text: &str| public.contains(&Range::parse(4, text).unwrap());
        for text in ["203.0.113.7", "100.63.255.255", "172.32.0.0", "11.0.0.0", "2001:db8::1"] {
            assert!(is_public(text), "{text}");
        }
        for text in [
            "10.255.255.255",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.0",
            "127.0.0.1",
            "169.254.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "0.0.0.1",
            "fd00::1",
            "fe80::1",
            "ff02::1",
            "::1",
            "::ffff:203.0.113.7",
        ] {
            assert!(!is_public(text), "{text}");
        }
    }

    fn range(text: &str) -> Range {
        let (addresses, network) = text.split_once('@').unwrap_or((text, "0"));
        Range::parse(network.parse().unwrap(), addresses).unwrap()
    }

    fn set(texts: &[&str]) -> Set {
        texts.iter().copied().map(range).collect()
    }

    fn shown(set: &Set) -> Vec<String> {
        set.runs().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn texts() {
        for (text, expected, count) in [
            ("192.0.2.7", "192.0.2.7-192.0.2.7@0", 1),
            (" 192.0.2.7 - 192.0.2.9 ", "192.0.2.7-192.0.2.9@0", 3),
            ("192.0.2.77/24", "192.0.2.0-192.0.2.255@0", 256),
            ("192.0.2.7/32", "192.0.2.7-192.0.2.7@0", 1),
            ("0.0.0.0/0", "0.0.0.0-255.255.255.255@0", 1 << 32),
            ("2001:DB8:0:0::1", "2001:db8::1-2001:db8::1@0", 1),
            ("2001:db8::/64", "2001:db8::-2001:db8::ffff:ffff:ffff:ffff@0", 1 << 64),
            ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff@0", u128::MAX),
        ] {
            let range = Range::parse(0, text).unwrap();
            assert_eq!((range.to_string().as_str(), range.count()), (expected, count));
        }
        assert_eq!(range("10.0.0.1@3").to_string(), "10.0.0.1-10.0.0.1@3");
    }

    #[test]
    fn what_is_no_range() {
        let wrong = |text: &str| Range::parse(0, text).unwrap_err();
        for text in ["", "host.example", "192.0.2", "192.0.2.1/33", "192.0.2.1-", "1-2-3", "N/A"] {
            assert_eq!(wrong(text), AddressError::Text(text.to_owned()));
        }
        let text = "192.0.2.9-192.0.2.1";
        assert_eq!(wrong(text), AddressError::Backwards(text.to_owned()));
        let text = "192.0.2.9-2001:db8::1";
        assert_eq!(wrong(text), AddressError::Mixed(text.to_owned()));
        assert_eq!(Range::from_bytes(0, &[192, 0, 2], &[192, 0, 2]), None);
        assert_eq!(Range::from_bytes(0, &[192, 0, 2, 1], &[0; 16]), None);
    }

    #[test]
    fn bytes_are_the_same_addresses() {
        assert_eq!(
            Range::from_bytes(2, &[192, 0, 2, 1], &[192, 0, 2, 9]),
            Some(range("192.0.2.1-192.0.2.9@2"))
        );
    }

    #[test]
    fn neighbours_join_and_networks_do_not() {
        assert_eq!(
            shown(&set(&["10.0.1.0/24", "10.0.0.0/24", "10.0.2.0/24@7"])),
            ["10.0.0.0-10.0.1.255@0", "10.0.2.0-10.0.2.255@7"]
        );
        assert!(!set(&["10.0.0.1"]).intersects(&set(&["10.0.0.1@7"])));
        assert!(!set(&["0.0.0.1"]).intersects(&set(&["::1"])));
        assert_eq!(set(&["::/0", "::1", "0.0.0.0/0"]).runs().len(), 2);
    }

    #[test]
    fn a_part_can_be_cut_out() {
        let group = set(&["10.0.0.0/24", "10.0.0.0/24@1"]);
        let rest = group.difference(&set(&["10.0.0.10-10.0.0.19", "10.0.0.250-10.0.1.9"]));
        assert_eq!(
            shown(&rest),
            ["10.0.0.0-10.0.0.9@0", "10.0.0.20-10.0.0.249@0", "10.0.0.0-10.0.0.255@1"]
        );
        assert_eq!(group.difference(&group), Set::new());
        assert!(
            group.contains(&range("10.0.0.255")) && !rest.contains(&range("10.0.0.9-10.0.0.20"))
        );
        assert_eq!(shown(&rest.within(1)), ["10.0.0.0-10.0.0.255@1"]);
        assert_eq!(shown(&group.moved(7)), ["10.0.0.0-10.0.0.255@7"]);
    }

    type Naive = BTreeSet<(i64, Family, u128)>;

    fn naive(ranges: &[Range]) -> Naive {
        ranges
            .iter()
            .flat_map(|range| {
                (range.first..=range.last).map(|at| (range.network, range.family, at))
            })
            .collect()
    }

    /// Small ranges in two networks and both families, near the bottom and the top of the space.
    fn ranges() -> impl Strategy<Value = Vec<Range>> {
        let one = (0..2_i64, any::<bool>(), any::<bool>(), 0..40_u128, 0..9_u128).prop_map(
            |(network, six, top, at, length)| {
                let (family, end) =
                    if six { (Family::V6, u128::MAX) } else { (Family::V4, u32::MAX.into()) };
                if top {
                    Range { network, family, first: end - at - length, last: end - at }
                } else {
                    Range { network, family, first: at, last: at + length }
                }
            },
        );
        proptest::collection::vec(one, 0..12)
    }

    proptest! {
        #[test]
        fn sets_agree_with_single_addresses(left in ranges(), right in ranges()) {
            let (a, b): (Set, Set) = (left.iter().copied().collect(), right.iter().copied().collect());
            let (m, n) = (naive(&left), naive(&right));
            for (set, expected) in [
                (a.clone(), m.clone()),
                (a.union(&b), &m | &n),
                (a.intersection(&b), &m & &n),
                (a.difference(&b), &m - &n),
            ] {
                prop_assert_eq!(naive(set.runs()), expected.clone());
                prop_assert_eq!(set.count(), expected.len() as u128);
                // Canonical: the same addresses are the same value.
                prop_assert_eq!(set.runs().iter().copied().collect::<Set>(), set);
            }
            prop_assert_eq!(a.intersects(&b), !(&m & &n).is_empty());
            for range in &right {
                prop_assert_eq!(a.contains(range), naive(&[*range]).is_subset(&m));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-f.:/ -]{0,40}") {
            if let Ok(range) = Range::parse(0, &text) {
                let (shown, network) = range.to_string().rsplit_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
                prop_assert_eq!(network, "0");
                prop_assert_eq!(Range::parse(0, &shown), Ok(range));
            }
        }
    }
}
