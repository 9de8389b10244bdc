//! What an answer says outside its records: errors, notes, the way to the next page.
use super::record::attribute;
use super::time;
use std::ops::Range;

/// Everything that stands outside the records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Local name of the root element.
    pub root: String,
    /// `RESPONSE/DATETIME`: Unix seconds, by the clock of the platform.
    pub datetime: Option<i64>,
    /// The error code of `SIMPLE_RETURN`, `GENERIC_RETURN` or an MSP `ERROR`.
    pub code: Option<String>,
    /// The sentence beside it, or of a success message.
    pub text: Option<String>,
    /// An MSP answer says that the call failed, with a number or without.
    pub failed: bool,
    /// `ITEM_LIST`: key and value, like `SECONDS_TO_WAIT`.
    pub items: Vec<(String, String)>,
    pub warnings: Vec<Warning>,
    /// QPS `responseCode`.
    pub response_code: Option<String>,
    pub error_message: Option<String>,
    pub error_resolution: Option<String>,
    /// QPS `hasMoreRecords`, GAV `hasMore`.
    pub has_more: Option<bool>,
    /// QPS `lastId`, GAV `lastSeenAssetId`.
    pub last_id: Option<String>,
    /// QPS and GAV `count`, CloudView `numberOfElements`: records on this page.
    pub count: Option<u64>,
    /// Records read.
    pub records: u64,
    /// A list element was there, with records or without.
    pub list_present: bool,
    /// The answer holds ids in place of records.
    pub ids_only: bool,
    /// Offset of the first record.
    pub first: Option<u64>,
    /// Offset behind the last record.
    pub last_end: Option<u64>,
    /// `ID` of the first and of the last record, where they have one.
    pub first_record: Option<String>,
    pub last_record: Option<String>,
    /// CloudView: this page is the last one.
    pub last_page: Option<bool>,
    /// CloudView: number of this page, from 0.
    pub page_no: Option<u64>,
    /// The HTTP status that a JSON error names, whatever the answer's own is.
    pub status: Option<u16>,
}

/// A note of the service; code 1980 with a URL means that there is another page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warning {
    pub code: Option<String>,
    pub text: Option<String>,
    pub url: Option<String>,
}

impl Envelope {
    /// An element outside the records opens below `parents`.
    pub(super) fn open(&mut self, parents: &[&str], name: &str) {
        match parents {
            [] => name.clone_into(&mut self.root),
            [_] => self.list_present |= !is_one_of(name, &NO_LIST),
            [_, parent] if is(parent, "RESPONSE") => {
                self.list_present |= !is_one_of(name, &NO_LIST);
                self.ids_only |= is(name, "ID_SET");
                if is(name, "WARNING") {
                    self.warnings.push(Warning::default());
                }
            }
            // Newer answers wrap the note: WARNING_LIST/WARNING.
            [.., parent] if is(parent, "WARNING_LIST") && is(name, "WARNING") => {
                self.warnings.push(Warning::default());
            }
            [.., parent] if is(parent, "ITEM_LIST") => {
                self.items.push((String::new(), String::new()));
            }
            _ => {}
        }
    }

    /// An element outside the records closes; `text` is its own.
    pub(super) fn close(&mut self, parents: &[&str], name: &str, attributes: &str, text: &str) {
        let Some(parent) = parents.last() else { return };
        let given = || (!text.is_empty()).then(|| text.to_owned());
        if is(parent, "WARNING") {
            if let Some(warning) = self.warnings.last_mut() {
                match () {
                    () if is(name, "CODE") => warning.code = given(),
                    () if is(name, "TEXT") => warning.text = given(),
                    () if is(name, "URL") => warning.url = given(),
                    () => {}
                }
            }
        } else if is(parent, "RESPONSE") {
            match () {
                () if is(name, "DATETIME") => self.datetime = time::parse(text),
                () if is(name, "CODE") => self.code = given(),
                () if is(name, "TEXT") => self.text = given(),
                () => {}
            }
        } else if is(parent, "ITEM") {
            if let Some((key, value)) = self.items.last_mut() {
                match () {
                    () if is(name, "KEY") => text.clone_into(key),
                    () if is(name, "VALUE") => text.clone_into(value),
                    () => {}
                }
            }
        } else if is(parent, "responseErrorDetails") {
            match () {
                () if is(name, "errorMessage") => self.error_message = given(),
                () if is(name, "errorResolution") => self.error_resolution = given(),
                () => {}
            }
        } else if is(parent, "RETURN") && is(name, "MESSAGE") {
            self.text = given();
        } else if parents.len() == 1 {
            self.close_top(name, attributes, text, given);
        }
    }

    /// A member of a JSON answer outside the records, with the keys that lead to it; `text` is `{}`
    /// for an object or an array, of which the members follow.
    pub(super) fn member(&mut self, keys: &[&str], text: &str) {
        let given = || (!text.is_empty()).then(|| text.to_owned());
        let flag = || Some(text == "1" || is(text, "true"));
        match keys.strip_prefix(&["ServiceResponse"]).unwrap_or(keys) {
            [key] => match *key {
                "responseCode" => self.response_code = given(),
                "responseMessage" => self.error_message = given(),
                "count" | "numberOfElements" => self.count = text.parse().ok(),
                "hasMoreRecords" | "hasMore" => self.has_more = flag(),
                "lastId" | "lastSeenAssetId" => self.last_id = given(),
                "last" => self.last_page = flag(),
                "number" => self.page_no = text.parse().ok(),
                "status" => self.status = text.parse().ok(),
                "message" => self.text = given(),
                "errorCode" if !text.is_empty() => {
                    self.failed = true;
                    self.code = given();
                }
                "error" | "authentication_exceptions" if !text.is_empty() => self.failed = true,
                _ => {}
            },
            ["responseErrorDetails", "errorMessage"] => self.error_message = given(),
            ["responseErrorDetails", "errorResolution"] => self.error_resolution = given(),
            _ => {}
        }
    }

    /// One more record was read.
    pub(super) fn count_record(&mut self, place: Range<usize>, id: Option<String>) {
        self.last_end = Some(place.end as u64);
        if self.records == 0 {
            self.first = Some(place.start as u64);
            self.first_record.clone_from(&id);
        }
        self.last_record = id;
        self.records += 1;
    }

    fn close_top(
        &mut self,
        name: &str,
        attributes: &str,
        text: &str,
        given: impl Fn() -> Option<String>,
    ) {
        let number = || attribute(attributes, "number").map(std::borrow::Cow::into_owned);
        match () {
            () if is(name, "responseCode") => self.response_code = given(),
            () if is(name, "count") => self.count = text.parse().ok(),
            () if is(name, "hasMoreRecords") => {
                self.has_more = Some(text == "1" || is(text, "true"));
            }
            () if is(name, "lastId") => self.last_id = given(),
            () if is(name, "ERROR") => {
                self.failed = true;
                self.code = number();
                self.text = given().or_else(|| self.text.take());
            }
            () if is(name, "RETURN") => {
                let status = attribute(attributes, "status");
                self.failed = !status.is_some_and(|status| is(&status, "SUCCESS"));
                self.code = self.failed.then(number).flatten();
                self.text = self.text.take().or_else(given);
            }
            () => {}
        }
    }
}

/// What stands beside the list, not for it.
const NO_LIST: [&str; 17] = [
    "REQUEST",
    "RESPONSE",
    "DATETIME",
    "CODE",
    "TEXT",
    "ITEM_LIST",
    "WARNING",
    "WARNING_LIST",
    "GLOSSARY",
    "API",
    "RETURN",
    "ERROR",
    "responseCode",
    "count",
    "responseErrorDetails",
    "lastId",
    "hasMoreRecords",
];

fn is(name: &str, expected: &str) -> bool {
    name.eq_ignore_ascii_case(expected)
}

fn is_one_of(name: &str, expected: &[&str]) -> bool {
    expected.iter().any(|expected| is(name, expected))
}
