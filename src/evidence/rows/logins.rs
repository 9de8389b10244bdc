//! Authentication records: where scans log in, and what the scans say came of it.
use super::groups::entries;
use super::{length, number, offset, stamp, truth};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};
use crate::qualys::time;

/// Information Gathered QIDs whose results name the account of a login. 70028 is documented; the
/// others are generally known.
const METHOD_QIDS: [i64; 3] = [38307, 70028, 70053];

/// The aggregate list: ids by technology, in `AUTH_<TYPE>_IDS` or `AUTH_<TYPE>_RECORDS` (guide).
pub(super) fn types(record: &Record<'_>, sink: &mut Sink) {
    for list in record.children() {
        let name = list.name().to_ascii_uppercase();
        let name = name.strip_suffix("_IDS").or_else(|| name.strip_suffix("_RECORDS"));
        let Some(slug) = name.and_then(|name| name.strip_prefix("AUTH_")) else { continue };
        let ids = list.anywhere("ID").count();
        let ranges: i64 = list.anywhere("ID_RANGE").filter_map(|range| width(range.own())).sum();
        let listed = i64::try_from(ids).unwrap_or(i64::MAX).saturating_add(ranges);
        let Some(row) = sink.id(Table::AuthRecordType) else { return };
        sink.row(
            Table::AuthRecordType,
            &[
                row.into(),
                slug.to_ascii_lowercase().as_str().into(),
                listed.into(),
                offset(&list),
                length(&list),
            ],
        );
    }
}

/// Possible ids of `a-b`: which of them exist, the range does not say.
fn width(range: &str) -> Option<i64> {
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim_ascii().parse::<i64>(), last.trim_ascii().parse::<i64>());
    let width = last.ok()?.checked_sub(first.ok()?)?.checked_add(1)?;
    (0..=i64::from(u32::MAX)).contains(&width).then_some(width)
}

/// A record of one technology; its element's name is the technology. A list of them counts as what
/// it holds.
pub(super) fn record(record: &Record<'_>, sink: &mut Sink) {
    if record.name().to_ascii_uppercase().ends_with("_LIST") {
        for element in record.children() {
            auth_record(&element, sink);
        }
    } else {
        auth_record(record, sink);
    }
}

fn auth_record(record: &Element<'_>, sink: &mut Sink) {
    let name = record.name().to_ascii_lowercase();
    let (Some(slug), Some(id)) = (name.strip_prefix("auth_"), number(record, "ID")) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::AuthRecord) else { return };
    let domain = ["WINDOWS_AD_DOMAIN", "WINDOWS_DOMAIN", "WINDOWS_TRUST"];
    let sets = || ["IP_SET", "IPS"].into_iter().flat_map(|path| record.each(path));
    let has_addresses = sets().any(|set| set.children().next().is_some());
    let sub_type = record.text("SUB_TYPE").map(|text| text.to_ascii_lowercase().replace(' ', "_"));
    sink.row(
        Table::AuthRecord,
        &[
            row.into(),
            slug.into(),
            sub_type.as_deref().into(),
            id.into(),
            record.text("TITLE").into(),
            record.text("USERNAME").into(),
            number(record, "NETWORK_ID").unwrap_or(0).into(),
            login_type(record).into(),
            domain.iter().find_map(|path| record.text(path)).into(),
            i64::from(slug == "windows" && !has_addresses).into(),
            record.text("OWNER").or_else(|| record.text("CREATED/BY")).into(),
            stamp(record, "CREATED").into(),
            stamp(record, "LAST_MODIFIED").into(),
            active(record).into(),
            offset(record),
            length(record),
        ],
    );
    for set in sets() {
        entries(set, sink, |_, (first, last), sink| {
            let range = [row.into(), first.as_slice().into(), last.as_slice().into()];
            sink.row(Table::AuthRecordRange, &range);
        });
    }
}

/// `basic` or `vault`. The element is not confirmed; a vault's own element says it as well.
fn login_type(record: &Element<'_>) -> Option<&'static str> {
    match record.text("LOGIN_TYPE") {
        Some(text) if text.eq_ignore_ascii_case("vault") => Some("vault"),
        Some(text) if text.eq_ignore_ascii_case("basic") => Some("basic"),
        _ => record.find("DIGITAL_VAULT").map(|_| "vault"),
    }
}

fn active(record: &Element<'_>) -> Option<i64> {
    let text = record.text("STATUS").or_else(|| record.text("ACTIVE"))?;
    match () {
        () if text.eq_ignore_ascii_case("active") => Some(1),
        () if text.eq_ignore_ascii_case("inactive") => Some(0),
        () => truth(text),
    }
}

/// What the detection list says about the logins on a host.
pub(super) fn detections(record: &Record<'_>, sink: &mut Sink) {
    let Some(host) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    for detection in record.each("DETECTION_LIST/DETECTION") {
        let Some(qid) = number(&detection, "QID") else {
            sink.unusable += 1;
            continue;
        };
        let Some(row) = sink.id(Table::AuthDetection) else { return };
        let found = detection.text("LAST_FOUND_DATETIME").and_then(time::parse);
        let results = detection.raw("RESULTS").filter(|_| METHOD_QIDS.contains(&qid));
        sink.row(
            Table::AuthDetection,
            &[
                row.into(),
                host.into(),
                qid.into(),
                found.into(),
                results.and_then(success).into(),
                offset(&detection),
                length(&detection),
            ],
        );
    }
}

/// Whether an authentication method names an account: a `NULL session`, or a user named `(none)`,
/// is a failed login (help page of QID 70028). Columns are parted by tabs or colons.
fn success(results: &str) -> Option<i64> {
    let words = results.to_ascii_lowercase().replace([':', '=', '\t'], " ");
    let words = words.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    if words.contains("null session") {
        return Some(0);
    }
    let (_, account) = words.split_once("user name")?;
    let account = account.trim_ascii_start();
    match account {
        "" => None,
        _ if account.starts_with("(none)") => Some(0),
        _ => Some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authentication_method_is_no_success_by_itself() {
        for (results, expected) in [
            ("User Name\tscan-svc\nDomain\tEXAMPLE\nAuthentication Scheme\tKerberos", Some(1)),
            ("User Name: scan-svc", Some(1)),
            ("User Name\t(none)\nDomain\t(none)\nAuthentication Scheme\tNULL session", Some(0)),
            ("User Name = (none)", Some(0)),
            ("Authentication Scheme\tNULL  session", Some(0)),
            ("User Name\t", None),
            ("Method\tpassword", None),
            ("", None),
        ] {
            assert_eq!(success(results), expected, "{results:?}");
        }
    }

    #[test]
    fn a_range_of_ids_is_as_wide_as_it_says() {
        assert_eq!(width("10-14"), Some(5));
        assert_eq!(width("7-7"), Some(1));
        for text in ["14-10", "7", "a-b", "0-9223372036854775807", "-1"] {
            assert!(width(text).is_none_or(|width| width == 0), "{text}");
        }
    }
}
