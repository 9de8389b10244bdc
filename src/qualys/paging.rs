//! Whether a list goes on behind a page, and with which request.
use super::csv::CsvEnvelope;
use super::envelope::{Envelope, Warning};
use super::time;
use crate::catalogue::{Endpoint, Paging};
use percent_encoding::percent_decode_str;
use quick_xml::escape;
use std::hash::{DefaultHasher, Hasher as _};

/// The note that a list was cut at its limit and that `URL` leads to the rest.
const TRUNCATED: &str = "1980";

/// What a usable page says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageFacts {
    pub records: u64,
    /// Unix seconds by the clock of the platform.
    pub datetime: Option<i64>,
    pub warnings: Vec<Warning>,
    /// QPS `hasMoreRecords` and `lastId`, GAV `hasMore` and `lastSeenAssetId`.
    pub has_more: Option<bool>,
    pub last_id: Option<String>,
    /// Ids of the first and of the last record.
    pub first_record: Option<String>,
    pub last_record: Option<String>,
    /// CloudView: whether this is the last page, and its number.
    pub last_page: Option<bool>,
    pub page_no: Option<u64>,
    /// CSV: the oldest `Date`, Unix seconds, and whether a footer was there.
    pub oldest: Option<i64>,
    pub footer: bool,
}

impl PageFacts {
    pub(super) fn of_list(envelope: Envelope) -> Self {
        Self {
            records: envelope.records,
            datetime: envelope.datetime,
            warnings: envelope.warnings,
            has_more: envelope.has_more,
            last_id: envelope.last_id,
            first_record: envelope.first_record,
            last_record: envelope.last_record,
            last_page: envelope.last_page,
            page_no: envelope.page_no,
            ..Self::default()
        }
    }

    /// A row has no id: a page that brings the same rows again is known by all of them.
    pub(crate) fn of_csv(envelope: CsvEnvelope, oldest: Option<i64>, body: &[u8]) -> Self {
        let place = |offset: u64| usize::try_from(offset).ok();
        let rows = envelope.first.zip(envelope.last_end).and_then(|(from, to)| {
            body.get(place(from)?..place(to)?).map(|rows| format!("rows {:016x}", hash(rows)))
        });
        Self {
            records: envelope.records,
            first_record: rows,
            warnings: envelope.warnings,
            oldest,
            footer: envelope.footer,
            ..Self::default()
        }
    }
}

/// The way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The list ends here.
    End,
    /// Ask again with exactly these parameters, on our own host.
    Query(Vec<(String, String)>),
    /// QPS: ask again for ids greater than this.
    AfterId(String),
    /// There is more and no way to it; the word says why: `repeated_cursor`, `empty_page`,
    /// `no_cursor`, `no_progress`, `changed_action`.
    Truncated(String),
}

/// What is remembered of the pages before, in constant space: the last cursor, one older one that
/// is moved on at every power of two (so that any cycle is found), and the first record.
#[derive(Debug, Clone, Default)]
pub struct Cursors {
    last: Option<u64>,
    checkpoint: Option<u64>,
    steps: u64,
    first_record: Option<String>,
    after: Option<String>,
}

impl Cursors {
    /// Does the page begin as the one before it did?
    fn is_same_page(&self, page: &PageFacts) -> bool {
        page.first_record.is_some() && page.first_record == self.first_record
    }

    /// Notes a cursor; false if it was there before.
    fn advance(&mut self, cursor: u64) -> bool {
        if self.last == Some(cursor) || self.checkpoint == Some(cursor) {
            return false;
        }
        self.steps += 1;
        if self.steps.is_power_of_two() {
            self.checkpoint = Some(cursor);
        }
        self.last = Some(cursor);
        true
    }
}

/// Decides what follows the page that answered the parameters `sent`.
pub fn next(
    endpoint: &Endpoint,
    sent: &[(String, String)],
    seen: &mut Cursors,
    page: &PageFacts,
) -> Next {
    let way = match endpoint.paging {
        Paging::LastId => after_id(seen, page),
        // A list that should be whole and says that it is not is followed like the others.
        Paging::Whole | Paging::NextUrl => by_url(sent, seen, page).unwrap_or(Ok(Next::End)),
        Paging::LastSeenAsset => after_asset(sent, seen, page),
        Paging::PageNo => by_number(sent, seen, page),
        Paging::CsvFooter => {
            by_url(sent, seen, page).unwrap_or_else(|| by_window(sent, seen, page))
        }
    };
    seen.first_record.clone_from(&page.first_record);
    way.unwrap_or_else(|reason| Next::Truncated(reason.to_owned()))
}

type Way = Result<Next, &'static str>;

/// `None` where no note leads on. Other notes, and those without URL, are just notes.
fn by_url(sent: &[(String, String)], seen: &mut Cursors, page: &PageFacts) -> Option<Way> {
    let truncated = |warning: &&Warning| {
        warning.code.as_deref().map_or(warning.url.is_some(), |code| code == TRUNCATED)
    };
    let warning = page.warnings.iter().find(truncated)?;
    Some(warning.url.as_deref().ok_or("no_cursor").and_then(|url| follow(url, sent, seen, page)))
}

fn follow(url: &str, sent: &[(String, String)], seen: &mut Cursors, page: &PageFacts) -> Way {
    if page.records == 0 {
        return Err("empty_page");
    }
    let query = parameters(url);
    if query.is_empty() {
        return Err("no_cursor");
    }
    // The URL comes from the answer: it must not turn a listing into anything else.
    if value(&query, "action") != value(sent, "action") {
        return Err("changed_action");
    }
    if !seen.advance(fingerprint(&query)) || is_same(&query, sent) {
        return Err("repeated_cursor");
    }
    let number = |pairs: &[(String, String)], name: &str| value(pairs, name)?.parse::<u64>().ok();
    let moved = |name: &str| Some((number(sent, name)?, number(&query, name)?));
    let back = moved("id_min").is_some_and(|(before, now)| now < before)
        || moved("id_max").is_some_and(|(before, now)| now > before);
    if back || seen.is_same_page(page) { Err("no_progress") } else { Ok(Next::Query(query)) }
}

/// The plain CSV form has no footer: a full page goes on at its oldest row. Rows of that second
/// come again; they are told apart when they are loaded.
fn by_window(sent: &[(String, String)], seen: &mut Cursors, page: &PageFacts) -> Way {
    let limit = value(sent, "truncation_limit").and_then(|limit| limit.parse().ok());
    if page.footer || limit.is_none_or(|limit: u64| limit == 0 || page.records < limit) {
        return Ok(Next::End);
    }
    let oldest = page.oldest.ok_or("no_cursor")?;
    let until = value(sent, "until_datetime").and_then(time::parse);
    if until.is_some_and(|until| oldest >= until) {
        return Err("no_progress");
    }
    let query = with(sent, "until_datetime", time::rfc3339(oldest));
    if seen.advance(fingerprint(&query)) { Ok(Next::Query(query)) } else { Err("repeated_cursor") }
}

fn after_id(seen: &mut Cursors, page: &PageFacts) -> Way {
    if page.has_more != Some(true) {
        return Ok(Next::End);
    }
    if page.records == 0 {
        return Err("empty_page");
    }
    let id = page.last_id.as_ref().or(page.last_record.as_ref()).ok_or("no_cursor")?;
    let before = seen.after.replace(id.clone());
    if before.as_ref() == Some(id) || !seen.advance(hash(id)) {
        return Err("repeated_cursor");
    }
    // Records come by id: those of this page, the last one too, lie behind the cursor that was sent.
    let number = |text: &str| text.parse::<u64>().ok();
    let behind = |id: &str| {
        let before = before.as_deref().and_then(number);
        number(id).zip(before).is_none_or(|(id, before)| id > before)
    };
    if seen.is_same_page(page) || !behind(id) || !page.first_record.as_deref().is_none_or(behind) {
        return Err("no_progress");
    }
    Ok(Next::AfterId(id.clone()))
}

/// GAV: assets come by id, and the page behind is asked with the last one in the query.
fn after_asset(sent: &[(String, String)], seen: &mut Cursors, page: &PageFacts) -> Way {
    const CURSOR: &str = "lastSeenAssetId";
    if page.has_more != Some(true) {
        return Ok(Next::End);
    }
    if page.records == 0 {
        return Err("empty_page");
    }
    let id = page.last_id.as_deref().or(page.last_record.as_deref()).ok_or("no_cursor")?;
    let before = value(sent, CURSOR);
    if before == Some(id) || !seen.advance(hash(id)) {
        return Err("repeated_cursor");
    }
    let number = |text: &str| text.parse::<u64>().ok();
    let back = before.and_then(number).zip(number(id)).is_some_and(|(before, now)| now < before);
    if back || seen.is_same_page(page) {
        return Err("no_progress");
    }
    Ok(Next::Query(with(sent, CURSOR, id.to_owned())))
}

/// CloudView counts its pages. One that does not say whether it is the last ends the list only
/// where it is empty.
fn by_number(sent: &[(String, String)], seen: &Cursors, page: &PageFacts) -> Way {
    const CURSOR: &str = "pageNo";
    let asked = value(sent, CURSOR).map_or(Some(0), |number| number.parse::<u64>().ok());
    let asked = asked.ok_or("no_cursor")?;
    if page.page_no.is_some_and(|number| number != asked) {
        return Err("no_progress");
    }
    match page.last_page {
        Some(true) => return Ok(Next::End),
        Some(false) if page.records == 0 => return Err("empty_page"),
        None if page.records == 0 => return Ok(Next::End),
        _ => {}
    }
    if seen.is_same_page(page) {
        return Err("no_progress");
    }
    Ok(Next::Query(with(sent, CURSOR, (asked + 1).to_string())))
}

/// The same parameters, with one of them set.
fn with(sent: &[(String, String)], name: &str, value: String) -> Vec<(String, String)> {
    let mut pairs = sent.to_vec();
    pairs.retain(|(key, _)| key != name);
    pairs.push((name.to_owned(), value));
    pairs
}

/// The query of a URL as pairs. `&amp;` inside CDATA is one more escape of `&`.
fn parameters(url: &str) -> Vec<(String, String)> {
    let url = url.trim_ascii();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query).replace("&amp;", "&");
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(k, v)| (decoded(k), decoded(v)))
        .collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rfind(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn sorted(pairs: &[(String, String)]) -> Vec<&(String, String)> {
    let mut sorted: Vec<_> = pairs.iter().collect();
    sorted.sort();
    sorted
}

fn is_same(left: &[(String, String)], right: &[(String, String)]) -> bool {
    sorted(left) == sorted(right)
}

fn fingerprint(pairs: &[(String, String)]) -> u64 {
    hash(&sorted(pairs))
}

fn hash(value: &(impl std::hash::Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The body of a QPS search: a page of at most `limit` records with ids greater than `after`.
pub fn qps_body(after: Option<&str>, limit: u32) -> String {
    let filters = after.map_or_else(String::new, |id| {
        let id = escape::escape(id);
        format!("<filters><Criteria field=\"id\" operator=\"GREATER\">{id}</Criteria></filters>")
    });
    format!(
        "<ServiceRequest><preferences><limitResults>{limit}</limitResults></preferences>{filters}</ServiceRequest>"
    )
}
