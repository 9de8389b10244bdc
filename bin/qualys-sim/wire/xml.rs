//! Writes XML the way the service lays it out.

use std::io::Write as _;

/// The host that stands in DOCTYPEs: the platform's name, not the loopback address, so that the
/// bodies of two runs are the same.
pub(crate) const PLATFORM: &str = "qualysapi.sim.example.test";

/// A document, or a part of one, in the making.
#[derive(Debug)]
pub(crate) struct Xml {
    out: Vec<u8>,
    depth: usize,
    style: Style,
}

/// How a document spells names and CDATA; both forms of each are on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    /// Element names in lower case, as in one sample of the vendor's guide.
    pub(crate) lower_case: bool,
    /// CDATA sections on their own, indented line.
    pub(crate) padded: bool,
}

impl Xml {
    /// Without an XML declaration.
    pub(crate) fn bare() -> Self {
        Self::part(0, Style::default())
    }

    pub(crate) fn declared() -> Self {
        let mut xml = Self::bare();
        xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n");
        xml
    }

    /// A piece that goes inside a document at this depth.
    pub(crate) fn part(depth: usize, style: Style) -> Self {
        Self { out: Vec::new(), depth, style }
    }

    /// Goes on at another depth.
    pub(crate) fn at(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    pub(crate) fn styled(mut self, style: Style) -> Self {
        self.style = style;
        self
    }

    pub(crate) fn doctype(&mut self, root: &str, path: &str) {
        self.write(format_args!("<!DOCTYPE {root} SYSTEM \"https://{PLATFORM}/{path}\">\n"));
    }

    pub(crate) fn open(&mut self, name: &str) {
        self.open_with(name, &[]);
    }

    pub(crate) fn open_with(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.raw(">\n");
        self.depth += 1;
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.indent();
        self.end(name);
    }

    /// `<NAME />`
    pub(crate) fn void(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.raw(" />\n");
    }

    /// `<NAME>value</NAME>`, escaped.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.text_with(name, &[], value);
    }

    pub(crate) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], value: &str) {
        self.start(name, attributes);
        self.raw(">");
        self.escaped(value);
        self.end(name);
    }

    pub(crate) fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        self.start(name, &[]);
        self.write(format_args!(">{value}"));
        self.end(name);
    }

    /// CDATA, where there is a value.
    pub(crate) fn some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.cdata(name, value);
        }
    }

    pub(crate) fn date(&mut self, name: &str, seconds: Option<i64>) {
        if let Some(seconds) = seconds {
            self.text(name, &date(seconds));
        }
    }

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        self.text(name, if value { "1" } else { "0" });
    }

    /// `<NAME><![CDATA[value]]></NAME>`
    pub(crate) fn cdata(&mut self, name: &str, value: &str) {
        self.cdata_with(name, &[], value.as_bytes());
    }

    /// The value's bytes as they are, UTF-8 or not.
    pub(crate) fn cdata_with(&mut self, name: &str, attributes: &[(&str, &str)], value: &[u8]) {
        self.start(name, attributes);
        self.raw(">");
        if self.style.padded {
            self.raw("\n");
            self.depth += 1;
            self.indent();
        }
        self.section(value);
        if self.style.padded {
            self.raw("\n");
            self.depth = self.depth.saturating_sub(1);
            self.indent();
        }
        self.end(name);
    }

    /// CDATA that is never padded: RESULTS, whose white space means something.
    pub(crate) fn verbatim(&mut self, name: &str, value: &str) {
        let padded = std::mem::take(&mut self.style.padded);
        self.cdata(name, value);
        self.style.padded = padded;
    }

    pub(crate) fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn section(&mut self, value: &[u8]) {
        self.raw("<![CDATA[");
        let mut rest = value;
        // A section cannot hold its own end: split it there.
        while let Some(at) = rest.windows(3).position(|part| part == b"]]>") {
            self.out.extend_from_slice(&rest[..at + 2]);
            self.raw("]]><![CDATA[");
            rest = &rest[at + 2..];
        }
        self.out.extend_from_slice(rest);
        self.raw("]]>");
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.raw("<");
        self.name(name);
        for (key, value) in attributes {
            self.write(format_args!(" {key}=\""));
            self.escaped(value);
            self.raw("\"");
        }
    }

    fn end(&mut self, name: &str) {
        self.raw("</");
        self.name(name);
        self.raw(">\n");
    }

    fn name(&mut self, name: &str) {
        if self.style.lower_case {
            self.out.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        } else {
            self.raw(name);
        }
    }

    fn escaped(&mut self, value: &str) {
        for byte in value.bytes() {
            match byte {
                b'&' => self.raw("&amp;"),
                b'<' => self.raw("&lt;"),
                b'>' => self.raw("&gt;"),
                b'"' => self.raw("&quot;"),
                b'\'' => self.raw("&apos;"),
                _ => self.out.push(byte),
            }
        }
    }

    fn indent(&mut self) {
        const SPACES: &[u8] = &[b' '; 40];
        self.out.extend_from_slice(&SPACES[..(self.depth * 2).min(SPACES.len())]);
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a Vec cannot fail.
        drop(self.out.write_fmt(arguments));
    }
}

/// `2026-03-28T02:10:00Z`
pub(crate) fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}

/// The namespace attributes of a `ServiceResponse`.
pub(crate) fn service_attributes(schema: &str) -> [(&'static str, &str); 2] {
    [
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:noNamespaceSchemaLocation", schema),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Style, Xml, date};

    #[test]
    fn a_section_never_ends_early() {
        let mut xml = Xml::bare();
        xml.cdata("A", "x]]>y");
        assert_eq!(xml.finish(), b"<A><![CDATA[x]]]]><![CDATA[>y]]></A>\n");
    }

    #[test]
    fn both_spellings_of_names_and_sections() {
        let mut xml = Xml::part(0, Style { lower_case: true, padded: true });
        xml.open("OS_LIST");
        xml.cdata("OS", "Linux");
        xml.verbatim("RESULTS", "a\tb");
        xml.close("OS_LIST");
        let text = String::from_utf8(xml.finish()).unwrap();
        assert_eq!(
            text,
            "<os_list>\n  <os>\n    <![CDATA[Linux]]>\n  </os>\n  \
             <results><![CDATA[a\tb]]></results>\n</os_list>\n"
        );
    }

    #[test]
    fn dates_are_whole_seconds_in_utc() {
        assert_eq!(date(1_774_663_800), "2026-03-28T02:10:00Z");
    }
}
