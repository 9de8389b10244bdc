//! Asset groups, subscribed addresses, excluded addresses.
use super::{ids, instant, length, number, offset, parts};
use crate::evidence::ranges;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;

pub(super) fn asset_group(record: &Record<'_>, sink: &mut Sink) {
    let (Some(id), Some(title)) = (number(record, "ID"), record.text("TITLE")) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::AssetGroup) else { return };
    // The older name holds one network, the newer may hold a list.
    let network = number(record, "NETWORK_ID").or_else(|| ids(record.text("NETWORK_IDS")).next());
    let network = network.unwrap_or(0);
    let owner_unit = number(record, "OWNER_UNIT_ID").or_else(|| number(record, "UNIT_ID"));
    sink.row(
        Table::AssetGroup,
        &[
            row.into(),
            id.into(),
            title.into(),
            number(record, "OWNER_USER_ID").into(),
            owner_unit.into(),
            network.into(),
            record.text("BUSINESS_IMPACT").into(),
            instant(record, "LAST_UPDATE").into(),
            number(record, "DEFAULT_APPLIANCE_ID").into(),
            super::count(record, "DNS_LIST/DNS").into(),
            super::count(record, "DOMAIN_LIST/DOMAIN").into(),
            super::count(record, "NETBIOS_LIST/NETBIOS").into(),
            i64::try_from(parts(record.text("EC2_IDS")).count()).unwrap_or(i64::MAX).into(),
            offset(record),
            length(record),
        ],
    );
    for host in ids(record.text("HOST_IDS")) {
        sink.row(Table::GroupHost, &[row.into(), host.into()]);
    }
    for appliance in ids(record.text("APPLIANCE_IDS")) {
        sink.row(Table::GroupAppliance, &[row.into(), appliance.into()]);
    }
    for set in record.each("IP_SET") {
        entries(set, sink, |entry, (first, last), sink| {
            let network = attribute_number(&entry, "network_id").unwrap_or(network);
            let range =
                [row.into(), network.into(), first.as_slice().into(), last.as_slice().into()];
            sink.row(Table::GroupRange, &range);
        });
    }
}

pub(super) fn ip_set(record: &Record<'_>, sink: &mut Sink) {
    entries(**record, sink, |entry, (first, last), sink| {
        let Some(row) = sink.id(Table::IpRange) else { return };
        let network = attribute_number(&entry, "network_id").unwrap_or(0);
        sink.row(
            Table::IpRange,
            &[
                row.into(),
                network.into(),
                first.as_slice().into(),
                last.as_slice().into(),
                offset(&entry),
                length(&entry),
            ],
        );
    });
}

pub(super) fn excluded_set(record: &Record<'_>, sink: &mut Sink) {
    entries(**record, sink, |entry, (first, last), sink| {
        let Some(row) = sink.id(Table::ExcludedRange) else { return };
        let network = attribute_number(&entry, "network_id").unwrap_or(0);
        let expires = entry.attribute("expiration_date").and_then(|text| time::parse(&text));
        sink.row(
            Table::ExcludedRange,
            &[
                row.into(),
                network.into(),
                first.as_slice().into(),
                last.as_slice().into(),
                expires.into(),
                offset(&entry),
                length(&entry),
            ],
        );
    });
}

/// The `IP` and `IP_RANGE` elements of a set, in document order.
pub(super) fn entries<'a>(
    set: Element<'a>,
    sink: &mut Sink,
    mut each: impl FnMut(Element<'a>, ranges::Range, &mut Sink),
) {
    for entry in set.children() {
        let name = entry.name();
        if name.eq_ignore_ascii_case("IP") || name.eq_ignore_ascii_case("IP_RANGE") {
            match ranges::range(entry.own()) {
                Some(range) => each(entry, range, sink),
                None => sink.unusable += 1,
            }
        }
    }
}

pub(super) fn attribute_number(element: &Element<'_>, name: &str) -> Option<i64> {
    element.attribute(name).and_then(|text| text.trim_ascii().parse().ok())
}
