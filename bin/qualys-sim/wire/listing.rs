//! FO lists: the envelope around the records, and the pages they come in.

use super::call::{Call, CursorFault};
use super::reply::Reply;
use super::xml::{self, Style, Xml};

/// Continuation URLs name another host of the platform, which the caller must not follow.
const NEXT_HOST: &str = "qualysapi.pod2.sim.example.test";
/// The host of the fault `foreign-host`.
const FOREIGN_HOST: &str = "qualysapi.elsewhere.example.net";
/// Records between two keep-alive comments.
const KEEP_ALIVE: usize = 200;
const TRAILER: &str = "<!-- CONFIDENTIAL AND PROPRIETARY INFORMATION. Simulated data, which \
                       describes no real subscription. //-->\n";

/// The shell of a list document.
pub(crate) struct Listing {
    pub(crate) root: &'static str,
    /// The list element, which a list without records leaves out.
    pub(crate) list: &'static str,
    /// Path of the DTD below the platform's host.
    pub(crate) dtd: String,
    pub(crate) media: &'static str,
    pub(crate) style: Style,
    pub(crate) marks: Marks,
}

/// The comments that the service puts around and into its documents.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks {
    /// White space or a comment ahead of the XML declaration.
    pub(crate) before: &'static str,
    /// The evaluation banner, between DOCTYPE and root.
    pub(crate) banner: bool,
    /// The confidentiality notice behind the root.
    pub(crate) trailer: bool,
    pub(crate) keep_alive: bool,
}

pub(crate) const BANNER: &str =
    "<!-- This report was generated with an evaluation version of Qualys //-->\n";

/// Where the records of a list stand.
pub(crate) const RECORD: usize = 3;
/// Where what follows the list stands.
pub(crate) const TAIL: usize = 2;

impl Listing {
    pub(crate) fn new(call: &Call, root: &'static str, list: &'static str, dtd: &str) -> Self {
        Self {
            root,
            list,
            dtd: format!("api/{}/fo/{dtd}", call.version_text()),
            media: "application/xml",
            style: Style::default(),
            marks: Marks::default(),
        }
    }

    /// The document with these records; `tail` holds what stands between the list and the end of
    /// RESPONSE.
    pub(crate) fn reply<I>(self, now: i64, empty: bool, records: I, tail: &[u8]) -> Reply
    where
        I: Iterator<Item = Vec<u8>> + Send + 'static,
    {
        let Self { root, list, marks, style, .. } = self;
        let mut head = Xml::bare();
        head.raw(marks.before);
        head.raw("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n");
        head.doctype(root, &self.dtd);
        if marks.banner {
            head.raw(BANNER);
        }
        let mut head = head.styled(style);
        head.open(root);
        head.open("RESPONSE");
        head.text("DATETIME", &xml::date(now));
        if marks.keep_alive {
            head.raw(&keep_alive(root));
        }
        if !empty {
            head.open(list);
        }
        let mut foot = Xml::part(RECORD, style);
        if !empty {
            foot.close(list);
        }
        let mut foot = foot.at(TAIL);
        foot.bytes(tail);
        foot.close("RESPONSE");
        foot.close(root);
        if marks.trailer {
            foot.raw(TRAILER);
        }
        let comment = keep_alive(root);
        let records = records.enumerate().map(move |(at, record)| {
            if marks.keep_alive && at % KEEP_ALIVE == KEEP_ALIVE - 1 {
                return [comment.as_bytes(), &record].concat();
            }
            record
        });
        let parts = std::iter::once(head.finish()).chain(records);
        Reply::pieces(self.media, parts.chain(std::iter::once(foot.finish())))
    }
}

fn keep_alive(root: &str) -> String {
    format!("<!-- keep-alive for {root}  -->\n")
}

/// One page of a list that is sorted by id.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The first id of the next page.
    pub(crate) next: Option<u64>,
    /// The parameter that takes it: `id_min` where ids ascend, `id_max` where they descend.
    cursor: &'static str,
    pub(crate) limit: u64,
}

impl<T> Page<T> {
    /// Takes the page that the call asks for: `id_min`, `id_max`, `truncation_limit` (0 = all).
    pub(crate) fn take(call: &Call, default: u64, all: impl Iterator<Item = (u64, T)>) -> Self {
        let limit = call.params.number("truncation_limit").unwrap_or(default);
        let most =
            if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
        let asked = call.params.number("id_min");
        let last = call.params.number("id_max").unwrap_or(u64::MAX);
        let first = match call.cursor {
            Some(CursorFault::Endless) => 0,
            _ => asked.unwrap_or(0),
        };
        let mut page = Self { items: Vec::new(), next: None, cursor: "id_min", limit };
        let (mut lowest, mut highest) = (None, first);
        let mut all = all.filter(|(id, _)| (first..=last).contains(id));
        if !(call.cursor == Some(CursorFault::Empty) && asked.is_some()) {
            for (id, item) in all.by_ref().take(most) {
                lowest = lowest.or(Some(id));
                highest = id;
                page.items.push(item);
            }
        }
        page.next = match call.cursor {
            None => all.next().map(|(id, _)| id),
            Some(CursorFault::Endless) => Some(asked.or(lowest).unwrap_or(0) + 1),
            Some(CursorFault::Repeated) => asked.or(lowest),
            Some(CursorFault::Empty) => Some(highest + 1),
        };
        page
    }

    /// The page of a list whose ids descend: `all` comes newest first, `id_max` goes on.
    pub(crate) fn newest(call: &Call, limit: u64, all: impl Iterator<Item = (u64, T)>) -> Self {
        let asked = call.params.number("id_max");
        let last = call.params.number("id_min").unwrap_or(0);
        let first = match call.cursor {
            Some(CursorFault::Endless) => u64::MAX,
            _ => asked.unwrap_or(u64::MAX),
        };
        let mut page = Self { items: Vec::new(), next: None, cursor: "id_max", limit };
        let (mut highest, mut lowest) = (None, first);
        let mut all = all.filter(|(id, _)| (last..=first).contains(id));
        if !(call.cursor == Some(CursorFault::Empty) && asked.is_some()) {
            for (id, item) in all.by_ref().take(usize::try_from(limit).unwrap_or(usize::MAX)) {
                highest = highest.or(Some(id));
                lowest = id;
                page.items.push(item);
            }
        }
        page.next = match call.cursor {
            None => all.next().map(|(id, _)| id),
            Some(CursorFault::Endless) => asked.or(highest).map(|id| id.saturating_sub(1)),
            Some(CursorFault::Repeated) => asked.or(highest),
            Some(CursorFault::Empty) => Some(lowest.saturating_sub(1)),
        };
        page
    }

    /// The WARNING with the continuation URL, where there is more.
    pub(crate) fn warning(&self, call: &Call, url: Url, extra: &[(&str, &str)]) -> Vec<u8> {
        let Some(next) = self.next else { return Vec::new() };
        let mut xml = Xml::part(TAIL, Style::default());
        xml.open("WARNING");
        xml.text("CODE", "1980");
        let limit = self.limit;
        xml.text(
            "TEXT",
            &format!("{limit} record limit exceeded. Use URL to get next batch of results."),
        );
        let address = continuation(call, extra, self.cursor, next);
        match url {
            Url::Padded => xml.cdata("URL", &format!("\n{address}\n")),
            Url::Escaped => xml.text("URL", &address),
        }
        xml.close("WARNING");
        xml.finish()
    }
}

/// The two ways in which a continuation URL is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Url {
    /// CDATA between line breaks.
    Padded,
    /// Text with `&amp;`.
    Escaped,
}

/// The URL of the next page: what was asked, then server defaults that nobody asked for, then the
/// cursor.
pub(crate) fn continuation(call: &Call, extra: &[(&str, &str)], cursor: &str, next: u64) -> String {
    let host = if call.foreign { FOREIGN_HOST } else { NEXT_HOST };
    let mut url = format!("https://{host}{}?", call.path);
    let echoed = extra.iter().filter(|(name, _)| call.params.get(name).is_none()).copied();
    let asked = call.params.pairs().iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in asked.filter(|(name, _)| *name != cursor).chain(echoed) {
        let value = percent_encoding::utf8_percent_encode(value, RESERVED);
        url.extend([name, "="].into_iter().chain(value).chain(["&"]));
    }
    url.extend([cursor, "=", &next.to_string()]);
    url
}

/// What a value must not hold inside a query; the service leaves commas and slashes as they are.
const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'>')
    .add(b'=')
    .add(b'?');

/// `ID_SET`, which stands in the place of the list for `details=None`: neighbouring ids as ranges.
pub(crate) fn id_set(ids: impl Iterator<Item = u64>, style: Style) -> Vec<u8> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for id in ids {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == id => *last = id,
            _ => runs.push((id, id)),
        }
    }
    let mut xml = Xml::part(RECORD, style);
    for (first, last) in runs {
        if first == last {
            xml.number("ID", first);
        } else {
            xml.text("ID_RANGE", &format!("{first}-{last}"));
        }
    }
    xml.finish()
}
