//! QPS answers: the `ServiceResponse` around the records, in XML or in JSON.

use std::sync::Arc;

use super::call::{Call, CursorFault};
use super::node::{self, Form, Object};
use super::refusal::ServiceError;
use super::reply::Reply;
use super::search::{Search, Value};
use super::xml::{self, PLATFORM, Style, Xml};
use crate::tenant::Tenant;

/// How a record is called, and which schema the answer to a search for it names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) element: &'static str,
    pub(crate) schema: &'static str,
}

/// How much of a record is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What a search shows.
    Thin,
    /// What a search shows with the preference `verbose`.
    Verbose,
    /// What `get` shows.
    Full,
}

/// A list of the tenant that can be searched, counted and got.
pub(crate) struct Table<T: 'static> {
    pub(crate) kind: Kind,
    pub(crate) records: fn(&Tenant) -> &[T],
    /// Which of these records belong to the list.
    pub(crate) member: fn(&T) -> bool,
    pub(crate) id: fn(&T) -> u64,
    pub(crate) value: for<'a> fn(&'a T, &str) -> Value<'a>,
    pub(crate) record: fn(&Tenant, &T, Detail) -> Object,
}

impl<T> Table<T> {
    pub(crate) fn search(&'static self, call: &Call) -> Reply {
        match self.select(call) {
            Err(error) => error.reply(call.form),
            Ok((search, ids)) => {
                let tenant = Arc::clone(&call.tenant);
                let detail = if search.verbose { Detail::Verbose } else { Detail::Thin };
                page(call, &search, self.kind, &ids, move |id| {
                    let found = self.find(&tenant, id);
                    found.map(|record| (self.record)(&tenant, record, detail)).unwrap_or_default()
                })
            }
        }
    }

    pub(crate) fn count(&self, call: &Call) -> Reply {
        match self.select(call) {
            Ok((_, ids)) => count(call, self.kind, ids.len()),
            Err(error) => error.reply(call.form),
        }
    }

    /// The one record that the path names.
    pub(crate) fn get(&'static self, call: &Call) -> Reply {
        let id = call.last_part().parse();
        let found = id.ok().and_then(|id| self.find(&call.tenant, id));
        if let Some(record) = found {
            let object = (self.record)(&call.tenant, record, Detail::Full);
            return whole(call.form, self.kind, 1, &[(self.kind.element, object)]);
        }
        let message = "The object does not exist or is out of your scope.";
        ServiceError::new("OBJECT_NOT_FOUND", message, "Check the id.").reply(call.form)
    }

    fn find<'a>(&self, tenant: &'a Tenant, id: u64) -> Option<&'a T> {
        let own = |record: &&T| (self.id)(record) == id && (self.member)(record);
        (self.records)(tenant).iter().find(own)
    }

    fn select(&self, call: &Call) -> Result<(Search, Vec<u64>), ServiceError> {
        let search = Search::of(call)?;
        let mut ids = Vec::new();
        for record in (self.records)(&call.tenant).iter().filter(|record| (self.member)(record)) {
            let id = (self.id)(record);
            if search.admits(id, |field| (self.value)(record, field))? {
                ids.push(id);
            }
        }
        ids.sort_unstable();
        Ok((search, ids))
    }
}

/// The answer to a search over records sorted by id: `matching` are those that the criteria admit,
/// with all others already left out.
pub(crate) fn page(
    call: &Call,
    search: &Search,
    kind: Kind,
    matching: &[u64],
    record: impl Fn(u64) -> Object + Send + 'static,
) -> Reply {
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
    let form = call.form;
    let (head, foot) = match form {
        Form::Xml => around(kind, ids.len(), more, cursor),
        Form::Json => around_json(ids.len(), more, cursor),
    };
    let separated = form == Form::Json;
    let records = ids.into_iter().enumerate().map(move |(at, id)| {
        let mut bytes = node::record(form, kind.element, &record(id));
        if separated && at > 0 {
            bytes.insert(0, b',');
        }
        bytes
    });
    let parts = std::iter::once(head).chain(records).chain(std::iter::once(foot));
    Reply::pieces(media(form), parts)
}

/// What stands before and behind the records in XML. Without hits there are two forms: with
/// neither `hasMoreRecords` nor `data`, and with both.
fn around(kind: Kind, count: usize, more: bool, cursor: Option<u64>) -> (Vec<u8>, Vec<u8>) {
    let mut head = head(kind);
    head.number("count", count);
    let none = count == 0 && !more;
    let spoken = none && kind.element == "Tag";
    let data = count > 0 || spoken;
    if !none || spoken {
        head.number("hasMoreRecords", more);
        if let Some(cursor) = cursor {
            head.number("lastId", cursor);
        }
        if data {
            head.open("data");
        }
    }
    let mut foot = Xml::part(if data { 2 } else { 1 }, Style::default());
    if data {
        foot.close("data");
    }
    foot.close("ServiceResponse");
    (head.finish(), foot.finish())
}

/// The same in JSON, whose keys come in another order.
fn around_json(count: usize, more: bool, cursor: Option<u64>) -> (Vec<u8>, Vec<u8>) {
    let cursor = cursor.map_or_else(String::new, |id| format!("\"lastId\":{id},"));
    let (open, close) = if count > 0 { ("\"data\":[", "],") } else { ("", "") };
    let more =
        if count > 0 || more { format!("\"hasMoreRecords\":\"{more}\",") } else { String::new() };
    let head = format!("{{\"ServiceResponse\":{{\"count\":{count},{cursor}{open}");
    let foot = format!("{close}{more}\"responseCode\":\"SUCCESS\"}}}}");
    (head.into_bytes(), foot.into_bytes())
}

/// The answer to a count: the total, and nothing else.
pub(crate) fn count(call: &Call, kind: Kind, total: usize) -> Reply {
    whole(call.form, kind, total, &[])
}

/// An answer without paging.
pub(crate) fn whole(
    form: Form,
    kind: Kind,
    count: usize,
    records: &[(&'static str, Object)],
) -> Reply {
    let records = records.iter().map(|(name, record)| node::record(form, name, record));
    let records: Vec<Vec<u8>> = records.collect();
    let body = match form {
        Form::Xml => {
            let mut xml = head(kind);
            xml.number("count", count);
            if !records.is_empty() {
                xml.open("data");
                xml.bytes(&records.concat());
                xml.close("data");
            }
            xml.close("ServiceResponse");
            xml.finish()
        }
        Form::Json => {
            let mut body = format!("{{\"ServiceResponse\":{{\"count\":{count},").into_bytes();
            if !records.is_empty() {
                body.extend_from_slice(b"\"data\":[");
                body.extend_from_slice(&records.join(&b','));
                body.extend_from_slice(b"],");
            }
            body.extend_from_slice(b"\"responseCode\":\"SUCCESS\"}}");
            body
        }
    };
    Reply::bytes(200, media(form), body)
}

fn head(kind: Kind) -> Xml {
    let mut head = Xml::bare();
    head.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let location = format!("https://{PLATFORM}/qps/{}", kind.schema);
    head.open_with("ServiceResponse", &xml::service_attributes(&location));
    head.text("responseCode", "SUCCESS");
    head
}

fn media(form: Form) -> &'static str {
    match form {
        Form::Xml => "application/xml",
        Form::Json => "application/json",
    }
}
