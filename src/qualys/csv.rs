//! One pass over an FO CSV answer, plain or in `----BEGIN`/`----END` blocks.
use super::envelope::Warning;
use super::text;
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use thiserror::Error;

/// What stands around the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsvEnvelope {
    /// Column names.
    pub header: Vec<String>,
    /// Rows read.
    pub records: u64,
    /// Notes of the footer; one with a URL means that there is another page.
    pub warnings: Vec<Warning>,
    /// A footer block was there: then its silence about more rows is an answer.
    pub footer: bool,
    /// Offset of the first row.
    pub first: Option<u64>,
    /// Offset behind the last row.
    pub last_end: Option<u64>,
}

/// Why an answer could not be read to its end.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum CsvError<E> {
    /// XML, HTML, JSON, a sentence or nothing: no header row of two columns or more.
    #[error("the answer is not CSV")]
    NotCsv,
    #[error("the answer ends inside a row or before the end of its block")]
    CutShort,
    #[error(transparent)]
    Caller(E),
}

/// One row with its byte span, line end not included.
#[derive(Debug)]
pub struct Row<'a> {
    /// Number of the row in its body, from 0; the header row does not count.
    pub ordinal: u64,
    pub offset: u64,
    pub length: u64,
    header: &'a [String],
    fields: &'a StringRecord,
}

impl Row<'_> {
    /// Column names.
    pub const fn header(&self) -> &[String] {
        self.header
    }

    /// The field below a column name, in any letter case.
    pub fn get(&self, column: &str) -> Option<&str> {
        let index = self.header.iter().position(|name| name.eq_ignore_ascii_case(column))?;
        self.fields.get(index)
    }

    /// The field, unless it is empty or `N/A`.
    pub fn value(&self, column: &str) -> Option<&str> {
        let text = self.get(column)?.trim_ascii();
        (!text.is_empty() && !text.eq_ignore_ascii_case("N/A")).then_some(text)
    }
}

/// Where a row belongs.
#[derive(PartialEq, Eq)]
enum Section {
    /// Before any marker: the plain form is all body.
    Plain,
    Body,
    /// Header block, footer block and what is between blocks.
    Beside,
    Warning,
}

/// Reads an answer row by row.
pub fn read<E>(
    body: &[u8],
    mut each: impl FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<CsvEnvelope, CsvError<E>> {
    let base = if body.starts_with(text::BOM) { text::BOM.len() } else { 0 };
    let source = body.get(base..).unwrap_or_default();
    let first = source.trim_ascii_start().first();
    if first.is_none_or(|byte| matches!(byte, b'<' | b'{' | b'[')) {
        return Err(CsvError::NotCsv);
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
    let mut envelope = CsvEnvelope::default();
    let mut section = Section::Plain;
    let mut warning_header: Option<StringRecord> = None;
    let mut bytes = ByteRecord::new();
    // Reading a slice cannot fail, and flexible rows have no wrong length.
    while reader.read_byte_record(&mut bytes).unwrap_or(false) {
        let span = span(source, &bytes, reader.position().byte());
        let raw = source.get(span.clone()).unwrap_or_default();
        // A quote that is never closed swallows the rest of the body.
        if span.end >= source.trim_ascii_end().len() && count(raw, b'"') % 2 == 1 {
            return Err(CsvError::CutShort);
        }
        let fields = decoded(&bytes);
        let first = fields.get(0).unwrap_or_default();
        if let Some(name) = first.strip_prefix("----BEGIN_RESPONSE_") {
            section = if name.starts_with("BODY") { Section::Body } else { Section::Beside };
            envelope.footer |= name.starts_with("FOOTER");
        } else if first.starts_with("----END_RESPONSE_") {
            section = Section::Beside;
        } else if first == "WARNING" && fields.len() != envelope.header.len() {
            section = Section::Warning;
            envelope.footer = true;
            if fields.len() > 1 {
                envelope.warnings.push(warning(None, &fields));
            }
        } else if section == Section::Warning {
            match &warning_header {
                None => warning_header = Some(fields),
                Some(header) => envelope.warnings.push(warning(Some(header), &fields)),
            }
        } else if section == Section::Beside {
        } else if envelope.header.is_empty() {
            envelope.header = fields.iter().map(|name| name.trim_ascii().to_owned()).collect();
        } else {
            let at_end = span.end == source.len();
            if at_end && section == Section::Plain && fields.len() < envelope.header.len() {
                return Err(CsvError::CutShort);
            }
            let (offset, end) = ((base + span.start) as u64, (base + span.end) as u64);
            envelope.first.get_or_insert(offset);
            envelope.last_end = Some(end);
            let row = Row {
                ordinal: envelope.records,
                offset,
                length: end - offset,
                header: &envelope.header,
                fields: &fields,
            };
            each(&row).map_err(CsvError::Caller)?;
            envelope.records += 1;
        }
    }
    if section == Section::Body {
        return Err(CsvError::CutShort);
    }
    if envelope.header.len() < 2 {
        return Err(CsvError::NotCsv);
    }
    Ok(envelope)
}

/// The reader counts the line end of the row before as part of the next.
fn span(source: &[u8], bytes: &ByteRecord, end: u64) -> std::ops::Range<usize> {
    let place = |position: u64| usize::try_from(position).unwrap_or(usize::MAX).min(source.len());
    let (start, end) = (place(bytes.position().map_or(0, csv::Position::byte)), place(end));
    let raw = source.get(start..end).unwrap_or_default();
    let is_line_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    let leading = raw.iter().take_while(is_line_end).count();
    let trailing = raw.iter().skip(leading).rev().take_while(is_line_end).count();
    start + leading..end - trailing
}

fn decoded(bytes: &ByteRecord) -> StringRecord {
    bytes.iter().map(text::decode).collect()
}

fn count(bytes: &[u8], needle: u8) -> usize {
    memchr::memchr_iter(needle, bytes).count()
}

/// The footer's columns are named `CODE`, `TEXT`, `URL`; without that header the last field that
/// looks like a URL is one.
fn warning(header: Option<&StringRecord>, fields: &StringRecord) -> Warning {
    let named = |column: &str| {
        let index = header?.iter().position(|name| name.trim_ascii() == column)?;
        fields.get(index).map(str::trim_ascii).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let url = || fields.iter().rfind(|text| text.contains("://")).map(str::to_owned);
    Warning { code: named("CODE"), text: named("TEXT"), url: named("URL").or_else(url) }
}
