//! What an answer means, whatever its HTTP status says.
use super::csv::{self, CsvEnvelope, CsvError};
use super::envelope::Envelope;
use super::paging::PageFacts;
use super::records;
use super::shapes::hushed;
use super::text::BOM;
use super::time;
use super::xml::ReadError;
use crate::catalogue::{Endpoint, Family};
use std::convert::Infallible;
use thiserror::Error;

/// Whether the body can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Read to its end, and no error in it.
    Whole,
    Fault(Fault),
}

/// Why it cannot. `code` is the service's own: a number of FO or MSP, a `responseCode` of QPS.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    #[error("the service refused the login{}", of(.code.as_deref()))]
    BadCredentials { code: Option<String> },
    /// At the gateway: a new token may help, once.
    #[error("the gateway refused the token")]
    TokenRefused,
    #[error("the account cannot use the API (code {code})")]
    AccountBlocked { code: String },
    #[error("the login may not read this{}", of(.code.as_deref()))]
    Denied { code: Option<String> },
    #[error("the subscription does not have this module{}", of(.code.as_deref()))]
    NotSubscribed { code: Option<String> },
    #[error("too many calls are running at once")]
    Concurrency,
    /// `wait` in seconds, where the service says how long.
    #[error("the call limit is used up{}", .wait.map(|s| format!(", free in {s} s")).unwrap_or_default())]
    RateLimited { wait: Option<u64> },
    #[error("the service is still working on an equal request")]
    Busy,
    #[error("the service is unavailable (HTTP {status})")]
    Unavailable { status: u16 },
    #[error("this version of the call is not offered")]
    Retired,
    #[error("this version of the call does not know a parameter (code 1901)")]
    UnknownParameter,
    #[error("the service refused the request{}: {text}", of(.code.as_deref()))]
    BadRequest { code: Option<String>, text: String },
    #[error("an HTML page came instead of an answer")]
    Html,
    #[error("the answer was cut short")]
    CutShort,
    #[error("the answer is malformed at byte {offset}")]
    Malformed { offset: u64 },
    #[error("the answer is no list of this call (root element {root})")]
    Unexpected { root: String },
    #[error("the service redirects elsewhere (HTTP {status}); redirects are not followed")]
    Redirect { status: u16 },
    #[error("the answer has no body")]
    Empty,
}

fn of(code: Option<&str>) -> String {
    code.map(|code| format!(" (code {code})")).unwrap_or_default()
}

impl Fault {
    /// The service's own code, where the answer carried one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::AccountBlocked { code } => Some(code),
            Self::BadCredentials { code }
            | Self::Denied { code }
            | Self::NotSubscribed { code }
            | Self::BadRequest { code, .. } => code.as_deref(),
            Self::UnknownParameter => Some("1901"),
            _ => None,
        }
    }

    /// The word for an exchange's outcome in the journal.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Denied { .. } | Self::TokenRefused => "denied",
            Self::NotSubscribed { .. } => "not_subscribed",
            Self::Concurrency | Self::RateLimited { .. } => "rate_limited",
            Self::Retired => "retired_version",
            Self::CutShort | Self::Malformed { .. } | Self::Empty => "cut",
            Self::AccountBlocked { .. }
            | Self::UnknownParameter
            | Self::Unexpected { .. }
            | Self::BadCredentials { code: Some(_) }
            | Self::BadRequest { code: Some(_), .. } => "api_error",
            Self::BadCredentials { code: None }
            | Self::BadRequest { code: None, .. }
            | Self::Busy
            | Self::Unavailable { .. }
            | Self::Html
            | Self::Redirect { .. } => "http_error",
        }
    }
}

/// Reads an answer of `endpoint` once and says what it is. The facts for paging come with a usable
/// body alone.
///
/// The body decides before the status: FO, MSP, QPS and CloudView all send errors under HTTP 200,
/// and FO sends XML where CSV was asked for.
pub fn classify(
    status: u16,
    headers: &[(String, String)],
    body: &[u8],
    endpoint: &Endpoint,
) -> (Answer, Option<PageFacts>) {
    let reply = Reply { status, headers, endpoint };
    match reply.judge(body) {
        Ok(facts) => (Answer::Whole, Some(facts)),
        Err(fault) => (Answer::Fault(fault), None),
    }
}

/// What an answer in XML or JSON that was read to its end is worth.
pub(crate) fn usable(
    status: u16,
    headers: &[(String, String)],
    envelope: Envelope,
    endpoint: &Endpoint,
) -> Result<PageFacts, Fault> {
    Reply { status, headers, endpoint }.usable(envelope)
}

/// What came with a body.
#[derive(Clone, Copy)]
struct Reply<'a> {
    status: u16,
    headers: &'a [(String, String)],
    endpoint: &'a Endpoint,
}

impl Reply<'_> {
    fn judge(self, body: &[u8]) -> Result<PageFacts, Fault> {
        let usable = matches!(self.status, 200 | 201 | 203);
        if body.trim_ascii().is_empty() {
            return match self.status {
                // The gateway says so where nothing matches.
                204 if self.endpoint.family == Family::GatewayJson => Ok(PageFacts::default()),
                200 | 201 | 203 | 204 => Err(Fault::Empty),
                _ => Err(self.by_status(&Envelope::default())),
            };
        }
        let facts = if is_html(body) { Err(Fault::Html) } else { self.read(body) };
        match facts {
            Ok(facts) if usable => Ok(facts),
            Err(fault) if usable || is_from_envelope(&fault) => Err(fault),
            _ => Err(self.by_status(&Envelope::default())),
        }
    }

    fn read(self, body: &[u8]) -> Result<PageFacts, Fault> {
        let Endpoint { family, record, .. } = *self.endpoint;
        if family == Family::FoCsv {
            let mut oldest: Option<i64> = None;
            let read = csv::read::<Infallible>(body, |row| {
                let date = row.get("Date").and_then(time::parse);
                oldest = [oldest, date].into_iter().flatten().min();
                Ok(())
            });
            match read {
                // A sentence with a comma has the form of a header row.
                Ok(envelope) if !is_log(&envelope) => {
                    return Err(Fault::Unexpected { root: "text".to_owned() });
                }
                Ok(envelope) => return Ok(PageFacts::of_csv(envelope, oldest, body)),
                Err(CsvError::CutShort) => return Err(Fault::CutShort),
                Err(CsvError::NotCsv | CsvError::Caller(_)) => {}
            }
        }
        match records::read::<Infallible>(body, family, record, |_| Ok(())) {
            Ok(envelope) => self.usable(envelope),
            Err(ReadError::CutShort) => Err(Fault::CutShort),
            Err(ReadError::Malformed { offset }) => Err(Fault::Malformed { offset }),
            Err(ReadError::NotXml | ReadError::NotJson | ReadError::Caller(_)) => {
                Err(Fault::Malformed { offset: 0 })
            }
        }
    }

    fn usable(self, envelope: Envelope) -> Result<PageFacts, Fault> {
        if let Some(fault) = self.stated(&envelope) {
            return Err(fault);
        }
        if !is_list(&envelope, self.endpoint) {
            return Err(Fault::Unexpected { root: envelope.root });
        }
        if has_lost_records(&envelope, self.endpoint) {
            return Err(Fault::CutShort);
        }
        // The number of an answer that counts is its one record.
        let counts = is_count(self.endpoint) && envelope.count.is_some();
        let facts = PageFacts::of_list(envelope);
        Ok(if counts { PageFacts { records: 1, ..facts } } else { facts })
    }

    /// The fault that an envelope states, by its code first.
    fn stated(self, envelope: &Envelope) -> Option<Fault> {
        if let Some(code) = &envelope.response_code {
            return self.of_response_code(envelope, code);
        }
        let code = envelope.code.clone();
        if code.is_none() && !envelope.failed {
            return None;
        }
        Some(match code.as_deref() {
            Some("2000") => Fault::BadCredentials { code },
            Some(code @ ("2001" | "2002" | "2003" | "2011")) => {
                Fault::AccountBlocked { code: code.to_owned() }
            }
            Some("2010" | "2012") => Fault::NotSubscribed { code },
            Some("1960" | "1920") => Fault::Concurrency,
            Some("1965") => Fault::RateLimited { wait: self.wait(envelope) },
            Some("1981") => Fault::Busy,
            Some("999" | "1999") => Fault::Unavailable { status: self.status },
            Some("1901") => Fault::UnknownParameter,
            _ if says_not_subscribed(envelope.text.as_deref()) => Fault::NotSubscribed { code },
            // MSP states internal errors in a sentence, under other numbers too.
            _ if contains(envelope.text.as_deref(), "internal error") => {
                Fault::Unavailable { status: self.status }
            }
            _ => self.by_status(envelope),
        })
    }

    fn of_response_code(self, envelope: &Envelope, word: &str) -> Option<Fault> {
        let code = Some(word.to_owned());
        Some(match word {
            "SUCCESS" => return None,
            "INVALID_CREDENTIALS" => Fault::BadCredentials { code },
            "EVALUATION_EXPIRED" => Fault::NotSubscribed { code },
            _ if says_not_subscribed(envelope.error_message.as_deref()) => {
                Fault::NotSubscribed { code }
            }
            "UNAUTHORIZED" | "INSUFFICIENT_PERMISSION" => Fault::Denied { code },
            "INVALID_API_VERSION" => Fault::Retired,
            _ => {
                let text = envelope.error_message.clone().unwrap_or_default();
                let stated = Envelope { code, text: Some(text), ..Envelope::default() };
                self.by_status(&stated)
            }
        })
    }

    fn by_status(self, envelope: &Envelope) -> Fault {
        let code = envelope.code.clone();
        // CloudView names the status in the body, at times under HTTP 200.
        let status = match envelope.status {
            Some(stated) if self.status < 400 => stated,
            _ => self.status,
        };
        match status {
            202 => Fault::Busy,
            300..=399 => Fault::Redirect { status },
            401 if self.endpoint.family == Family::GatewayJson => Fault::TokenRefused,
            401 => Fault::BadCredentials { code },
            403 => Fault::Denied { code },
            404 | 405 | 410 => Fault::Retired,
            // Concurrency blocks come without the waiting time, rate blocks with it.
            409 => match self.wait(envelope) {
                Some(seconds) => Fault::RateLimited { wait: Some(seconds) },
                None => Fault::Concurrency,
            },
            429 => Fault::RateLimited { wait: self.wait(envelope) },
            500..=599 => Fault::Unavailable { status },
            _ => {
                let text = envelope.text.as_deref().map(hushed);
                let text = text.unwrap_or_else(|| format!("HTTP {status}"));
                Fault::BadRequest { code, text }
            }
        }
    }

    /// Seconds until the limit is free again: header first, then the envelope's item. A header of
    /// zero says nothing: it stands on every answer.
    fn wait(self, envelope: &Envelope) -> Option<u64> {
        let seconds = |text: &str| text.trim().parse().ok().filter(|&seconds: &u64| seconds > 0);
        let header = |name: &str| {
            let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.and_then(|(_, value)| seconds(value))
        };
        let item = || envelope.items.iter().find(|(key, _)| key == "SECONDS_TO_WAIT");
        header("X-RateLimit-ToWait-Sec")
            .or_else(|| item().and_then(|(_, value)| seconds(value)))
            .or_else(|| header("Retry-After"))
    }
}

/// The activity log is the one list in CSV.
fn is_log(envelope: &CsvEnvelope) -> bool {
    envelope.header.iter().any(|column| column.eq_ignore_ascii_case("Date"))
}

/// A fault that the answer itself states, as opposed to one of its form.
const fn is_from_envelope(fault: &Fault) -> bool {
    !matches!(
        fault,
        Fault::Html
            | Fault::CutShort
            | Fault::Malformed { .. }
            | Fault::Unexpected { .. }
            | Fault::Empty
    )
}

/// An answer without records must show that it is the list asked for: FO stamps it with the time,
/// MSP roots and `OPTION_PROFILES` are the list, QPS and the gateway say `SUCCESS`, CloudView has
/// the array.
fn is_list(envelope: &Envelope, endpoint: &Endpoint) -> bool {
    let named = |root: &str| envelope.root.eq_ignore_ascii_case(root);
    let is_return = ["SIMPLE_RETURN", "GENERIC_RETURN", "BATCH_RETURN"].into_iter().any(named);
    // Ids say that there are records: such an answer must not pass for an empty list.
    if is_return || envelope.ids_only && envelope.records == 0 {
        return false;
    }
    let list = envelope.records > 0 || envelope.list_present;
    match endpoint.family {
        Family::QpsXml | Family::QpsJson => envelope.response_code.is_some(),
        Family::GatewayJson => list || envelope.response_code.is_some(),
        Family::CloudViewJson => list,
        Family::FoCsv => false,
        Family::FoXml | Family::MspXml => {
            let behind = envelope.root.get(endpoint.record.len()..).unwrap_or_default();
            let is_record = envelope.root.starts_with(endpoint.record);
            list || envelope.datetime.is_some() || is_record && matches!(behind, "S" | "_LIST")
        }
    }
}

/// Pages say how many records they hold: where fewer came, some were lost on the way. The gateway
/// is not known to count the page alone, so there only a page without any is suspect. A count is an
/// answer of its own, which holds none.
fn has_lost_records(envelope: &Envelope, endpoint: &Endpoint) -> bool {
    let Some(count) = envelope.count.filter(|_| !is_count(endpoint)) else { return false };
    match endpoint.family {
        Family::GatewayJson => count > 0 && envelope.records == 0,
        _ => count > envelope.records,
    }
}

fn is_count(endpoint: &Endpoint) -> bool {
    endpoint.variants.iter().any(|variant| variant.path.contains("/count/"))
}

fn says_not_subscribed(text: Option<&str>) -> bool {
    contains(text, "not subscribed")
}

fn contains(text: Option<&str>, words: &str) -> bool {
    text.is_some_and(|text| text.to_ascii_lowercase().contains(words))
}

/// A page of a front end: login, maintenance, "not found".
pub(super) fn is_html(body: &[u8]) -> bool {
    let mut rest = body.strip_prefix(BOM).unwrap_or(body).trim_ascii_start();
    loop {
        let end: &[u8] = match rest {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            _ => break,
        };
        let Some(at) = memchr::memmem::find(rest, end) else { return false };
        rest = rest.get(at + end.len()..).unwrap_or_default().trim_ascii_start();
    }
    let starts = |prefix: &[u8]| {
        rest.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    starts(b"<!doctype html") || starts(b"<html") || starts(b"<head") || starts(b"<body")
}
