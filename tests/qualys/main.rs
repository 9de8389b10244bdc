//! How single answers are read: one fixture a quirk of the wire, and arbitrary bytes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../fixtures/qualys/", $name)).as_slice()
    };
}

mod answers;
mod arbitrary;
mod cursors;
mod json_records;
mod planted;
mod redaction;
mod release_notes;
mod segments;
mod spans;
mod wide;

use qualys_sec_inspector::catalogue::{self, Endpoint};
use qualys_sec_inspector::qualys::envelope::Envelope;
use qualys_sec_inspector::qualys::fault::classify;
use qualys_sec_inspector::qualys::paging::PageFacts;
use qualys_sec_inspector::qualys::xml::{self, ReadError};
use std::convert::Infallible;

const HOSTS: &[u8] = fixture!("hosts_page.xml");
const LOWER_CASE: &[u8] = fixture!("hosts_lower_case.xml");
const NO_HOSTS: &[u8] = fixture!("hosts_empty.xml");
const INVALID_VALUE: &[u8] = fixture!("simple_return_1905.xml");
const RATE_LIMIT: &[u8] = fixture!("rate_limit_1965.xml");
const MSP_FAILED: &[u8] = fixture!("msp_failed.xml");
const MSP_ERROR: &[u8] = fixture!("msp_user_list_error.xml");
const USERS: &[u8] = fixture!("msp_users.xml");
const QPS_ERROR: &[u8] = fixture!("qps_error.xml");
const TAGS: &[u8] = fixture!("qps_tags.xml");
const NO_TAGS: &[u8] = fixture!("qps_none.xml");
const BLOCKS: &[u8] = fixture!("activity_blocks.csv");
const PLAIN: &[u8] = fixture!("activity_plain.csv");
const MAINTENANCE: &[u8] = fixture!("maintenance.html");

const ALL: [&[u8]; 14] = [
    HOSTS,
    LOWER_CASE,
    NO_HOSTS,
    INVALID_VALUE,
    RATE_LIMIT,
    MSP_FAILED,
    MSP_ERROR,
    USERS,
    QPS_ERROR,
    TAGS,
    NO_TAGS,
    BLOCKS,
    PLAIN,
    MAINTENANCE,
];

fn endpoint(id: &str) -> &'static Endpoint {
    catalogue::endpoint(id).unwrap()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
}

type Read = Result<Envelope, ReadError<Infallible>>;

/// The texts at `path` of each record.
fn texts(body: &[u8], record: &str, path: &str) -> (Vec<Option<String>>, Read) {
    let mut found = Vec::new();
    let read = xml::read(body, record, |record| {
        found.push(record.text(path).map(str::to_owned));
        Ok(())
    });
    (found, read)
}

fn first_text(body: &str, path: &str) -> Option<String> {
    texts(body.as_bytes(), "A", path).0.into_iter().next().flatten()
}
fn facts(body: &[u8], endpoint: &Endpoint) -> PageFacts {
    classify(200, &[], body, endpoint).1.unwrap()
}

fn note(code: Option<&str>, url: Option<&str>) -> PageFacts {
    let warning = qualys_sec_inspector::qualys::envelope::Warning {
        code: code.map(str::to_owned),
        text: None,
        url: url.map(str::to_owned),
    };
    PageFacts { records: 2, warnings: vec![warning], ..PageFacts::default() }
}
