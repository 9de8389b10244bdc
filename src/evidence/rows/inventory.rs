//! The asset inventory of the gateway: where an asset is known from, and what watches it.
use super::{address, instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::Record;

/// Dates are ISO in some members and epoch milliseconds in others; 0 stands for never.
pub(super) fn asset(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "assetId") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::GavAsset) else { return };
    let mut sources: Vec<&str> = record
        .all("inventory/source")
        .chain(record.all("inventoryListData/inventory/source"))
        .collect();
    sources.sort_unstable();
    sources.dedup();
    let sources = sources.join(",");
    let os = ["operatingSystem/osName", "operatingSystem/fullName", "operatingSystem"];
    sink.row(
        Table::GavAsset,
        &[
            row.into(),
            id.into(),
            number(record, "hostId").into(),
            record.text("agentId").into(),
            record.text("assetName").into(),
            record.text("dnsName").into(),
            address(record, "address").as_ref().into(),
            os.iter().find_map(|path| record.text(path)).into(),
            Some(sources.as_str()).filter(|sources| !sources.is_empty()).into(),
            instant(record, "createdDate").into(),
            instant(record, "lastModifiedDate").into(),
            instant(record, "agent/lastCheckedIn").into(),
            instant(record, "sensor/lastVMScan")
                .or_else(|| instant(record, "sensor/lastVmScanDateScanner"))
                .into(),
            instant(record, "sensor/lastVmScanDateAgent").into(),
            number(record, "criticality/score").into(),
            offset(record),
            length(record),
        ],
    );
    for tag in record.each("tagList/tag") {
        let (id, name) = (number(&tag, "tagId"), tag.text("tagName"));
        sink.row(Table::GavAssetTag, &[row.into(), id.into(), name.into()]);
    }
}
