//! What a `ServiceRequest` asks, in XML or in JSON.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use serde_json::Value as Json;

use super::call::{Call, CursorFault};
use super::node::Form;
use super::params;
use super::refusal::ServiceError;

const DEFAULT_LIMIT: usize = 100;
const MOST: usize = 1000;

/// Preferences and filters of a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) limit: Option<usize>,
    /// 1-based.
    pub(crate) offset: Option<usize>,
    pub(crate) from_id: Option<u64>,
    /// WAS shows more of a record.
    pub(crate) verbose: bool,
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
    Flag(bool),
    /// No such field.
    Unknown,
}

impl Search {
    /// What the call asks, as far as its fault lets it be heard.
    pub(crate) fn of(call: &Call) -> Result<Self, ServiceError> {
        let mut search = Self::read(&call.body, call.request)?;
        if matches!(call.cursor, Some(CursorFault::Endless | CursorFault::Repeated)) {
            search.ignored = search.after();
            search.criteria.retain(|criteria| !criteria.is_cursor());
        }
        Ok(search)
    }

    /// Reads the body of a search; none at all asks for everything.
    fn read(body: &[u8], form: Form) -> Result<Self, ServiceError> {
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        match form {
            Form::Xml => Self::read_xml(text),
            Form::Json => Self::read_json(text),
        }
    }

    /// `Criteria` is one object or an array of them; numbers may be strings.
    fn read_json(text: &str) -> Result<Self, ServiceError> {
        let body: Json = serde_json::from_str(text).map_err(|_| malformed())?;
        let request = body.get("ServiceRequest").ok_or_else(malformed)?;
        let mut search = Self::default();
        if let Some(preferences) = request.get("preferences").and_then(Json::as_object) {
            for (name, value) in preferences {
                search.prefer(name, &plain(value));
            }
        }
        let criteria = match request.pointer("/filters/Criteria") {
            None => &[],
            Some(Json::Array(several)) => several.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        for criterion in criteria {
            let part = |name: &str| criterion.get(name).map(plain).unwrap_or_default();
            search.criteria.push(Criteria {
                field: part("field"),
                operator: part("operator"),
                value: part("value"),
            });
        }
        Ok(search)
    }

    fn read_xml(text: &str) -> Result<Self, ServiceError> {
        let mut search = Self::default();
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
            "verbose" => self.verbose = value == "true",
            _ => {}
        }
    }

    pub(crate) fn size(&self) -> usize {
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

fn malformed() -> ServiceError {
    let message = "The request body is not well-formed.";
    ServiceError::new("INVALID_XML", message, "Check the body.")
}

/// A scalar as text.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
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
            Value::Flag(own) => match self.value.as_str() {
                "true" => self.compare(Some(own), &[true]),
                "false" => self.compare(Some(own), &[false]),
                _ => Err(ServiceError::new(
                    "INVALID_REQUEST",
                    self.bad_format(),
                    "Values expected: true, false.",
                )),
            },
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
        let resolution = format!("Specify criteria value(s) as {kind}.");
        ServiceError::new("INVALID_REQUEST", self.bad_format(), resolution)
    }

    fn bad_format(&self) -> String {
        let Self { field, value, .. } = self;
        format!("Criteria: Invalid value format for criteria '{field}' ({value}).")
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

#[cfg(test)]
mod tests {
    use super::{Form, Search, Value};

    const BODY: &[u8] = br#"<ServiceRequest>
      <preferences><limitResults>5000</limitResults><startFromOffset>3</startFromOffset></preferences>
      <filters><Criteria field="id" operator="GREATER">70</Criteria>
      <Criteria field="name" operator="CONTAINS">a &amp; b</Criteria></filters></ServiceRequest>"#;

    #[test]
    fn preferences_and_criteria() {
        let search = Search::read(BODY, Form::Xml).unwrap();
        assert_eq!((search.limit, search.offset, search.size()), (Some(5000), Some(3), 1000));
        assert_eq!(search.after(), Some(70));
        assert_eq!(search.criteria[1].value, "a & b");
    }

    #[test]
    fn an_empty_body_asks_for_everything() {
        assert_eq!(Search::read(b" \n", Form::Xml).unwrap(), Search::default());
        assert!(Search::read(b"<ServiceRequest><filters>", Form::Xml).is_err());
        assert!(Search::read(b"{}", Form::Xml).is_err());
    }

    #[test]
    fn json_asks_the_same() {
        let one = br#"{"ServiceRequest":{"preferences":{"limitResults":"5000","verbose":"true"},
          "filters":{"Criteria":{"field":"id","operator":"GREATER","value":70}}}}"#;
        let several = br#"{"ServiceRequest":{"preferences":{"limitResults":5000,"verbose":true},
          "filters":{"Criteria":[{"field":"id","operator":"GREATER","value":"70"}]}}}"#;
        let search = Search::read(one, Form::Json).unwrap();
        assert_eq!((search.limit, search.verbose, search.after()), (Some(5000), true, Some(70)));
        assert_eq!(Search::read(several, Form::Json).unwrap(), search);
        assert_eq!(Search::read(b"", Form::Json).unwrap(), Search::default());
        for wrong in ["{", "{}", "<ServiceRequest/>"] {
            assert!(Search::read(wrong.as_bytes(), Form::Json).is_err(), "{wrong}");
        }
    }

    #[test]
    fn criteria_compare_as_their_fields_do() {
        let admits = |operator: &str, text: &str, value: Value<'static>| {
            let body = format!(
                "<ServiceRequest><filters><Criteria field=\"f\" operator=\"{operator}\">{text}\
                 </Criteria></filters></ServiceRequest>"
            );
            Search::read(body.as_bytes(), Form::Xml).unwrap().admits(1, |_| value).ok()
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
