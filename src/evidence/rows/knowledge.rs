//! Vulnerabilities as the knowledge base describes them.
use super::{flag, instant, length, number, offset};
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::Record;

pub(super) fn vuln(record: &Record<'_>, sink: &mut Sink) {
    let Some(qid) = number(record, "QID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Vuln) else { return };
    sink.row(
        Table::Vuln,
        &[
            row.into(),
            qid.into(),
            record.text("TITLE").into(),
            record.text("VULN_TYPE").into(),
            number(record, "SEVERITY_LEVEL").into(),
            record.text("CATEGORY").into(),
            instant(record, "PUBLISHED_DATETIME").into(),
            instant(record, "LAST_SERVICE_MODIFICATION_DATETIME").into(),
            instant(record, "PATCH_PUBLISHED_DATE").into(),
            flag(record, "PATCHABLE").into(),
            record.text("CVSS/BASE").and_then(tenths).into(),
            record.text("CVSS_V3/BASE").and_then(tenths).into(),
            flag(record, "IS_DISABLED").into(),
            offset(record),
            length(record),
        ],
    );
    for cve in record.all("CVE_LIST/CVE/ID") {
        sink.row(Table::VulnCve, &[qid.into(), cve.into()]);
    }
    for indicator in record.all("THREAT_INTELLIGENCE/THREAT_INTEL") {
        sink.row(Table::VulnThreat, &[qid.into(), indicator.into()]);
    }
}

/// A score from 0 to 10 in tenths: `9.8` is 98. Scores have one decimal (CVSS 2 and 3).
fn tenths(text: &str) -> Option<i64> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(tenth) {
        return None;
    }
    let tenth = tenth.bytes().next().map_or(0, |digit| i64::from(digit - b'0'));
    let score = whole.parse::<i64>().ok()?.checked_mul(10)?.checked_add(tenth)?;
    (score <= 100).then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_tenths() {
        for (text, expected) in [
            ("9.8", Some(98)),
            ("10", Some(100)),
            ("0.0", Some(0)),
            ("7.50", Some(75)),
            ("11", None),
            ("-1", None),
            ("high", None),
            ("", None),
        ] {
            assert_eq!(tenths(text), expected, "{text}");
        }
    }
}
