//! QPS searches: what a `ServiceRequest` asks, and the `ServiceResponse` around the records.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::call::{Call, CursorFault};
use super::params;
use super::refusal::ServiceError;
use super::reply::Reply;
use super::xml::{self, PLATFORM, Xml};

const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 1000;

/// Preferences and filters of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) limit: Option<usize>,
    /// 1-based.
    pub(crate) offset: Option<usize>,
    pub(crate) from_id: Option<u64>,
    pub(crate) criteria: Vec<Criteria>,
    /// The cursor that came with the call, where a fault lets the search ignore it.
    pub(crate) ignored: Option<u64>,
}

/// One filter; several must all hold.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Criteria {
    pub(crate) field: String,
    pub(crate) operator: String,
    pub(crate) value: String,
}

/// A value of a record, as a criterion compares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Number(Option<u64>),
    Text(Option<&'a str>),
    /// Unix seconds.
    Date(Option<i64>),
    /// No such field.
    Unknown,
}

impl Search {
    /// What the call asks, as far as its fault lets it be heard.
    pub(crate) fn of(call: &Call) -> Result<Self, ServiceError> {
        let mut search = Self::read(&call.body)?;
        if matches!(call.cursor, Some(CursorFault::Endless | CursorFault::Repeated)) {
            search.ignored = search.after();
            search.criteria.retain(|criteria| !criteria.is_cursor());
        }
        Ok(search)
    }

    /// Reads the body of a search; none at all asks for everything.
    fn read(body: &[u8]) -> Result<Self, ServiceError> {
        let malformed = || {
            ServiceError::new(
                "INVALID_XML",
                "The request body is not well-formed.",
                "Check the body.",
            )
        };
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let mut search = Self::default();
        if text.trim().is_empty() {
            return Ok(search);
        }
        let mut reader = Reader::from_str(text);
        let mut name = String::new();
        let mut value = String::new();
        let mut criteria = None;
        let (mut depth, mut seen) = (0_usize, false);
        loop {
            match reader.read_event().map_err(|_| malformed())? {
                Event::Start(start) => {
                    depth += 1;
                    seen = true;
                    start.name().as_ref().clone_into(&mut name);
                    value.clear();
                    if name == "Criteria" {
                        criteria = Some(criterion(&start));
                    }
                }
                Event::Text(text) => value.push_str(&text),
                Event::CData(text) => value.push_str(&text),
                Event::GeneralRef(reference) => value.push(entity(&reference)),
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    if let Some(mut criterion) = criteria.take() {
                        value.trim().clone_into(&mut criterion.value);
                        search.criteria.push(criterion);
                    } else {
                        search.prefer(&name, value.trim());
                    }
                    name.clear();
                    value.clear();
                }
                Event::Eof if depth == 0 && seen => return Ok(search),
                Event::Eof => return Err(malformed()),
                _ => {}
            }
        }
    }

    fn prefer(&mut self, name: &str, value: &str) {
        match name {
            "limitResults" => self.limit = value.parse().ok(),
            "startFromOffset" => self.offset = value.parse().ok(),
            "startFromId" => self.from_id = value.parse().ok(),
            _ => {}
        }
    }

    fn size(&self) -> usize {
        self.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MOST)
    }

    /// Whether a record with these values is asked for; refuses criteria that make no sense.
    pub(crate) fn admits<'a>(
        &self,
        id: u64,
        value: impl Fn(&str) -> Value<'a>,
    ) -> Result<bool, ServiceError> {
        for criteria in &self.criteria {
            if !criteria.holds(value(&criteria.field))? {
                return Ok(false);
            }
        }
        Ok(self.from_id.is_none_or(|from| id >= from))
    }

    /// The id that paging goes on behind: of `id GREATER`.
    pub(crate) fn after(&self) -> Option<u64> {
        self.criteria
            .iter()
            .find(|criteria| criteria.is_cursor())
            .and_then(|criteria| criteria.value.parse().ok())
    }
}

fn criterion(start: &BytesStart<'_>) -> Criteria {
    let mut criterion = Criteria::default();
    for attribute in start.attributes().flatten() {
        let value = attribute.value.to_string();
        match attribute.key.as_ref() {
            "field" => criterion.field = value,
            "operator" => criterion.operator = value,
            _ => {}
        }
    }
    criterion
}

fn entity(name: &str) -> char {
    match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => '\'',
    }
}

impl Criteria {
    fn is_cursor(&self) -> bool {
        self.field == "id" && self.operator == "GREATER"
    }

    pub(crate) fn holds(&self, value: Value<'_>) -> Result<bool, ServiceError> {
        match value {
            Value::Number(own) => {
                let mut wanted = Vec::new();
                for item in self.value.split(',') {
                    wanted.push(item.trim().parse().map_err(|_| self.bad_value("Long"))?);
                }
                self.compare(own, &wanted)
            }
            Value::Date(own) => {
                let wanted = params::time(&self.value).ok_or_else(|| self.bad_value("Date"))?;
                self.compare(own, &[wanted])
            }
            Value::Text(own) => match self.operator.as_str() {
                "CONTAINS" => Ok(own.is_some_and(|own| {
                    own.to_ascii_lowercase().contains(&self.value.to_ascii_lowercase())
                })),
                "GREATER" | "LESSER" => Err(self.bad_operator()),
                "IN" => {
                    let wanted: Vec<&str> = self.value.split(',').map(str::trim).collect();
                    self.compare(own, &wanted)
                }
                _ => self.compare(own, &[self.value.as_str()]),
            },
            Value::Unknown => Err(ServiceError::new(
                "INVALID_REQUEST",
                format!("Criteria: Unsupported criteria field '{}'.", self.field),
                "Use a field that the API guide lists.",
            )),
        }
    }

    fn compare<T: PartialOrd + Copy>(
        &self,
        own: Option<T>,
        wanted: &[T],
    ) -> Result<bool, ServiceError> {
        let within = own.is_some_and(|own| wanted.contains(&own));
        let first = wanted.first().copied();
        Ok(match self.operator.as_str() {
            "EQUALS" | "IN" => within,
            "NOT EQUALS" => !within,
            "GREATER" => own.zip(first).is_some_and(|(own, first)| own > first),
            "LESSER" => own.zip(first).is_some_and(|(own, first)| own < first),
            "NONE" => own.is_none(),
            _ => return Err(self.bad_operator()),
        })
    }

    fn bad_value(&self, kind: &str) -> ServiceError {
        let Self { field, value, .. } = self;
        ServiceError::new(
            "INVALID_REQUEST",
            format!("Criteria: Invalid value format for criteria '{field}' ({value})."),
            format!("Specify criteria value(s) as {kind}."),
        )
    }

    fn bad_operator(&self) -> ServiceError {
        let Self { field, operator, .. } = self;
        ServiceError::new(
            "INVALID_REQUEST",
            format!("Criteria: Operator '{operator}' is not supported for criteria '{field}'."),
            "Use an operator that the API guide lists.",
        )
    }
}

/// The answer to a search over records sorted by id: `matching` are those that the criteria admit,
/// with all others already left out.
pub(crate) fn reply<I>(
    call: &Call,
    search: &Search,
    schema: &str,
    matching: &[u64],
    record: impl Fn(u64) -> I + Send + 'static,
) -> Reply
where
    I: Into<Vec<u8>>,
{
    let (asked, size) = (search.ignored.or(search.after()), search.size());
    let skip = search.offset.unwrap_or(1).saturating_sub(1);
    let mut ids: Vec<u64> = matching.iter().skip(skip).take(size).copied().collect();
    let last = ids.last().copied();
    let mut more = matching.len() > skip + ids.len();
    let mut cursor = last.filter(|_| more);
    match call.cursor {
        None => {}
        Some(CursorFault::Endless) => {
            more = true;
            cursor = Some(asked.or(last).unwrap_or(0) + 1);
        }
        Some(CursorFault::Repeated) => {
            more = true;
            cursor = last;
        }
        Some(CursorFault::Empty) => {
            more = true;
            if asked.is_some_and(|id| id > 0) {
                ids.clear();
            }
            cursor = Some(asked.max(last).unwrap_or(0) + 1);
        }
    }
    let mut head = Xml::bare();
    head.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let location = format!("https://{PLATFORM}/qps/{schema}");
    head.open_with("ServiceResponse", &xml::service_attributes(&location));
    head.text("responseCode", "SUCCESS");
    head.number("count", ids.len());
    // Without hits there are two forms: with neither `hasMoreRecords` nor `data`, and with both.
    let none = ids.is_empty() && !more;
    let spoken = none && schema.ends_with("tag.xsd");
    let data = !ids.is_empty() || spoken;
    if !none || spoken {
        head.text("hasMoreRecords", if more { "true" } else { "false" });
        if let Some(cursor) = cursor {
            head.number("lastId", cursor);
        }
        if data {
            head.open("data");
        }
    }
    let mut foot = Xml::part(if data { 2 } else { 1 }, xml::Style::default());
    if data {
        foot.close("data");
    }
    foot.close("ServiceResponse");
    let parts = std::iter::once(head.finish())
        .chain(ids.into_iter().map(move |id| record(id).into()))
        .chain(std::iter::once(foot.finish()));
    Reply::pieces("application/xml", parts)
}

/// The answer to a count: the total, and nothing else.
pub(crate) fn count(total: usize, schema: &str) -> Reply {
    let mut xml = Xml::declared();
    let location = format!("https://{PLATFORM}/qps/{schema}");
    xml.open_with("ServiceResponse", &xml::service_attributes(&location));
    xml.text("responseCode", "SUCCESS");
    xml.number("count", total);
    xml.close("ServiceResponse");
    Reply::bytes(200, "application/xml", xml.finish())
}

#[cfg(test)]
mod tests {
    use super::{Search, Value};

    const BODY: &[u8] = br#"<ServiceRequest>
      <preferences><limitResults>5000</limitResults><startFromOffset>3</startFromOffset></preferences>
      <filters><Criteria field="id" operator="GREATER">70</Criteria>
      <Criteria field="name" operator="CONTAINS">a &amp; b</Criteria></filters></ServiceRequest>"#;

    #[test]
    fn preferences_and_criteria() {
        let search = Search::read(BODY).unwrap();
        assert_eq!((search.limit, search.offset, search.size()), (Some(5000), Some(3), 1000));
        assert_eq!(search.after(), Some(70));
        assert_eq!(search.criteria[1].value, "a & b");
    }

    #[test]
    fn an_empty_body_asks_for_everything() {
        assert_eq!(Search::read(b" \n").unwrap(), Search::default());
        assert!(Search::read(b"<ServiceRequest><filters>").is_err());
        assert!(Search::read(b"{}").is_err());
    }

    #[test]
    fn criteria_compare_as_their_fields_do() {
        let admits = |operator: &str, text: &str, value: Value<'static>| {
            let body = format!(
                "<ServiceRequest><filters><Criteria field=\"f\" operator=\"{operator}\">{text}\
                 </Criteria></filters></ServiceRequest>"
            );
            Search::read(body.as_bytes()).unwrap().admits(1, |_| value).ok()
        };
        let seven = Value::Number(Some(7));
        assert_eq!(admits("GREATER", "6", seven), Some(true));
        assert_eq!(admits("GREATER", "7", seven), Some(false));
        assert_eq!(admits("IN", "1,7", seven), Some(true));
        assert_eq!(admits("NOT EQUALS", "7", seven), Some(false));
        assert_eq!(admits("EQUALS", "abc", seven), None);
        assert_eq!(admits("GREATER", "a", Value::Text(Some("b"))), None);
        assert_eq!(admits("CONTAINS", "AGENT", Value::Text(Some("Cloud Agent"))), Some(true));
        assert_eq!(admits("EQUALS", "x", Value::Unknown), None);
    }
}
