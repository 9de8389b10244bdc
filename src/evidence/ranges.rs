//! Addresses and ranges of addresses in answers, as the model keeps them.
use ipnet::IpNet;
use std::net::IpAddr;

/// An address in network order, 4 or 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address(IpAddr);

/// First and last address, of one family, in order.
pub(super) type Range = (Address, Address);

impl Address {
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.trim_ascii().parse().ok().map(Self)
    }

    pub(super) fn octets(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }
    }
}

/// `a`, `a-b` or `a/n`; `None` for anything else, also for a range that runs backwards.
pub(super) fn range(text: &str) -> Option<Range> {
    let text = text.trim_ascii();
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (Address::parse(first)?, Address::parse(last)?);
        let in_order = first.0.is_ipv4() == last.0.is_ipv4() && first.0 <= last.0;
        return in_order.then_some((first, last));
    }
    if let Ok(net) = text.parse::<IpNet>() {
        return Some((Address(net.network()), Address(net.broadcast())));
    }
    Address::parse(text).map(|address| (address, address))
}

/// Every range in a comma-separated text; names and cloud ids among them are passed over.
pub(super) fn ranges(text: &str) -> impl Iterator<Item = Range> {
    text.split(',').filter_map(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Option<(Vec<u8>, Vec<u8>)> {
        range(text).map(|(first, last)| (first.octets(), last.octets()))
    }

    #[test]
    fn ranges_are_read_in_every_form() {
        let one = (vec![192, 0, 2, 7], vec![192, 0, 2, 7]);
        assert_eq!(bytes(" 192.0.2.7\n"), Some(one));
        let some = (vec![192, 0, 2, 0], vec![192, 0, 2, 255]);
        assert_eq!(bytes("192.0.2.0 - 192.0.2.255"), Some(some.clone()));
        assert_eq!(bytes("192.0.2.9/24"), Some(some));
        assert_eq!(bytes("2001:db8::-2001:db8::f").map(|(first, _)| first.len()), Some(16));
        for text in ["", "a", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "i-0abc"] {
            assert_eq!(bytes(text), None, "{text}");
        }
        assert_eq!(ranges("192.0.2.1, web.example.test,192.0.2.3-192.0.2.4").count(), 2);
    }
}
