//! Addresses and ranges of addresses in answers, as the model keeps them: bytes in network order.
use crate::address;
use std::net::IpAddr;

/// First and last address, of one family, in order; 4 or 16 bytes each.
pub(super) type Range = (Vec<u8>, Vec<u8>);

pub(super) fn address(text: &str) -> Option<Vec<u8>> {
    text.trim_ascii().parse::<IpAddr>().is_ok().then(|| range(text)).flatten().map(|(one, _)| one)
}

/// `a`, `a-b` or `a/n`; `None` for anything else, also for a range that runs backwards. Its network
/// stands elsewhere in the record.
pub(super) fn range(text: &str) -> Option<Range> {
    address::Range::parse(0, text).ok().map(address::Range::to_bytes)
}

/// Every range in a comma-separated text; names and cloud ids among them are passed over.
pub(super) fn ranges(text: &str) -> impl Iterator<Item = Range> {
    text.split(',').filter_map(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_in_every_form() {
        let one = (vec![192, 0, 2, 7], vec![192, 0, 2, 7]);
        assert_eq!(range(" 192.0.2.7\n"), Some(one));
        let some = (vec![192, 0, 2, 0], vec![192, 0, 2, 255]);
        assert_eq!(range("192.0.2.0 - 192.0.2.255"), Some(some.clone()));
        assert_eq!(range("192.0.2.9/24"), Some(some));
        assert_eq!(range("2001:db8::-2001:db8::f").map(|(first, _)| first.len()), Some(16));
        for text in ["", "a", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "i-0abc"] {
            assert_eq!(range(text), None, "{text}");
        }
        assert_eq!(address("192.0.2.7 "), Some(vec![192, 0, 2, 7]));
        assert_eq!(address("192.0.2.0/24"), None);
        assert_eq!(ranges("192.0.2.1, web.example.test,192.0.2.3-192.0.2.4").count(), 2);
    }
}
