//! Hosts as the host list gives them.
use super::{address, ids, instant, length, number, offset};
use crate::evidence::os;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::Record;

pub(super) fn host(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Host) else { return };
    let os = record.text("OS");
    sink.row(
        Table::Host,
        &[
            row.into(),
            id.into(),
            number(record, "ASSET_ID").into(),
            number(record, "NETWORK_ID").unwrap_or(0).into(),
            address(record, "IP").as_ref().into(),
            address(record, "IPV6").as_ref().into(),
            record.text("OS_HOSTNAME").or_else(|| record.text("DNS_DATA/HOSTNAME")).into(),
            record.text("DNS").or_else(|| record.text("DNS_DATA/FQDN")).into(),
            record.text("NETBIOS").into(),
            os.into(),
            os.and_then(os::family).into(),
            record.text("TRACKING_METHOD").into(),
            record.text("QG_HOSTID").into(),
            instant(record, "FIRST_FOUND_DATE").into(),
            instant(record, "LAST_ACTIVITY").into(),
            instant(record, "LAST_BOOT").into(),
            instant(record, "LAST_VULN_SCAN_DATETIME").into(),
            instant(record, "LAST_VM_SCANNED_DATE").into(),
            instant(record, "LAST_VM_AUTH_SCANNED_DATE").into(),
            instant(record, "LAST_COMPLIANCE_SCAN_DATETIME").into(),
            record.text("AGENT_STATUS").into(),
            record.text("VM_AUTH_INSUFFICIENT_PRIVILEGE").into(),
            record.text("CLOUD_PROVIDER").into(),
            record.text("CLOUD_RESOURCE_ID").into(),
            record.text("EC2_INSTANCE_ID").into(),
            // Renamed when the score got its product name.
            number(record, "TRURISK_SCORE").or_else(|| number(record, "ASSET_RISK_SCORE")).into(),
            number(record, "ASSET_CRITICALITY_SCORE").into(),
            offset(record),
            length(record),
        ],
    );
    for group in ids(record.text("ASSET_GROUP_IDS")) {
        sink.row(Table::HostGroup, &[row.into(), group.into()]);
    }
    for tag in record.each("TAGS/TAG") {
        if let Some(name) = tag.text("NAME") {
            let id = number(&tag, "TAG_ID");
            sink.row(Table::HostTag, &[row.into(), id.into(), name.into()]);
        }
    }
}
