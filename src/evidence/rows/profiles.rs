//! Option profiles: how a scan that uses one goes about it.
use super::{flag, instant, length, number, offset, truth};
use crate::bundle::hash;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};

/// `family` is `vm` or `pc`.
pub(super) fn option_profile(family: &str, record: &Record<'_>, sink: &mut Sink) {
    let id = number(record, "BASIC_INFO/ID").or_else(|| number(record, "ID"));
    let title = record.text("BASIC_INFO/GROUP_NAME").or_else(|| record.text("TITLE"));
    let (Some(id), Some(title)) = (id, title) else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::OptionProfile) else { return };
    let bytes = collapsed(sink.bytes(record.offset(), record.length()));
    let hash = hash::hex(&hash::sha256(&[&bytes]));
    sink.row(
        Table::OptionProfile,
        &[
            row.into(),
            family.into(),
            id.into(),
            title.into(),
            record.text("BASIC_INFO/GROUP_TYPE").into(),
            record.text("BASIC_INFO/USER_ID").into(),
            flag(record, "BASIC_INFO/IS_DEFAULT").into(),
            flag(record, "BASIC_INFO/IS_GLOBAL").into(),
            instant(record, "BASIC_INFO/UPDATE_DATE").into(),
            record.text("SCAN/PORTS/TCP_PORTS/TCP_PORTS_TYPE").into(),
            record.text("SCAN/PORTS/TCP_PORTS/TCP_PORTS_ADDITIONAL/ADDITIONAL_PORTS").into(),
            record.text("SCAN/PORTS/UDP_PORTS/UDP_PORTS_TYPE").into(),
            flag(record, "SCAN/PORTS/AUTHORITATIVE_OPTION").into(),
            flag(record, "SCAN/CLOSE_VULNERABILITIES/HAS_CLOSE_VULNERABILITIES").into(),
            number(record, "SCAN/CLOSE_VULNERABILITIES/HOST_NOT_FOUND_ALIVE").into(),
            record.text("SCAN/PERFORMANCE/OVERALL_PERFORMANCE").into(),
            record.text("SCAN/PERFORMANCE/PACKET_DELAY").into(),
            record.text("SCAN/PERFORMANCE/PORT_SCANNING_AND_HOST_DISCOVERY").into(),
            brute_force(record).into(),
            detection(record).into(),
            authentication(record).into(),
            anywhere(record, "TEST_AUTHENTICATION").into(),
            anywhere(record, "AUTO_UPDATE_EXPECTED_VALUE").into(),
            hash.as_str().into(),
            offset(record),
            length(record),
        ],
    );
    settings(row, record, sink);
    let included = record.each("SCAN/VULNERABILITY_DETECTION/CUSTOM_LIST");
    for list in included.flat_map(|lists| lists.anywhere("CUSTOM")) {
        search_list(row, "include", &list, sink);
    }
    // Its place in the profile is not confirmed.
    for list in record.anywhere("DETECTION_EXCLUDE").flat_map(|lists| lists.anywhere("CUSTOM")) {
        search_list(row, "exclude", &list, sink);
    }
}

/// Each element that holds no others, under its path. A date of editing is no setting.
fn settings(row: i64, record: &Record<'_>, sink: &mut Sink) {
    let mut names: Vec<&str> = Vec::new();
    let fields = record.fields();
    let Some(base) = fields.first().map(|field| usize::from(field.depth)) else { return };
    for (at, field) in fields.iter().enumerate().skip(1) {
        let depth = usize::from(field.depth).saturating_sub(base);
        names.truncate(depth.saturating_sub(1));
        names.push(field.name);
        let holds_others = fields.get(at + 1).is_some_and(|next| next.depth > field.depth);
        if holds_others || field.name.eq_ignore_ascii_case("UPDATE_DATE") {
            continue;
        }
        let path = names.join("/");
        let values = [row.into(), path.as_str().into(), (&*field.text).into()];
        sink.row(Table::OptionProfileSetting, &values);
    }
}

fn search_list(row: i64, how: &str, list: &Element<'_>, sink: &mut Sink) {
    let (id, title) = (number(list, "ID"), list.text("TITLE"));
    if id.is_none() && title.is_none() {
        sink.unusable += 1;
        return;
    }
    let values = [row.into(), how.into(), id.into(), title.into()];
    sink.row(Table::OptionProfileList, &values);
}

/// The system's level, `none` where only the switch says that it is off.
fn brute_force<'a>(record: &Element<'a>) -> Option<&'a str> {
    let system = record.find("SCAN/PASSWORD_BRUTE_FORCING/SYSTEM")?;
    if flag(&system, "HAS_SYSTEM") == Some(0) { Some("none") } else { system.text("SYSTEM_LEVEL") }
}

/// `complete`, `custom` or `runtime`, by which element is there.
fn detection(record: &Element<'_>) -> Option<&'static str> {
    let choice = record.find("SCAN/VULNERABILITY_DETECTION")?;
    let chosen = |name: &str| choice.raw(name).is_some_and(|text| truth(text) != Some(0));
    match () {
        () if chosen("RUNTIME") => Some("runtime"),
        () if choice.find("CUSTOM_LIST/CUSTOM").is_some() => Some("custom"),
        () if chosen("COMPLETE") => Some("complete"),
        () if choice.find("CUSTOM_LIST").is_some() => Some("custom"),
        () => None,
    }
}

/// An empty element says that the profile logs in nowhere; no element says nothing.
fn authentication<'a>(record: &Element<'a>) -> Option<&'a str> {
    let element = record.find("SCAN/AUTHENTICATION")?;
    Some(record.text("SCAN/AUTHENTICATION").unwrap_or_default()).filter(|text| {
        // Newer profiles might nest it; then its own text is no answer.
        !text.is_empty() || element.children().next().is_none()
    })
}

fn anywhere(record: &Element<'_>, name: &str) -> Option<i64> {
    record.anywhere(name).find_map(|element| truth(element.own()))
}

/// The bytes without white space between elements, so that another indentation is no change.
fn collapsed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, behind)) = rest.split_first() {
        out.push(byte);
        rest = behind;
        let text = behind.trim_ascii_start();
        if byte == b'>' && text.first() == Some(&b'<') {
            rest = text;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_white_space_between_elements_goes() {
        let tight = b"<A><B>x  y</B><C/></A>";
        assert_eq!(collapsed(b"<A>\n  <B>x  y</B>\r\n\t<C/> </A>"), tight);
        assert_eq!(collapsed(tight), tight);
        assert_ne!(collapsed(b"<A><B>x y</B><C/></A>"), tight);
        assert_eq!(collapsed(b""), b"");
    }
}
