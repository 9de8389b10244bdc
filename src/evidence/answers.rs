//! The evidence index: every answer of the collection, with the hash of its body.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::bundle::hash::hex;
use crate::bundle::record::{Exchange, Record};
use crate::bundle::verify::Verdict;
use crate::bundle::{self, Evidence};

use super::{Error, Model};

/// One answer of the collection, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Answer {
    /// `ev:<journal seq>`.
    pub id: String,
    pub response: u64,
    pub endpoint: String,
    /// Outcome of the call: `ok`, `denied`, …
    pub state: String,
    pub page: u64,
    pub records: u64,
    /// Of the decompressed body.
    pub bytes: u64,
    /// When the call was sent, RFC 3339 UTC.
    pub time: String,
    /// Of the decompressed body, lower hex; null where there is none.
    pub sha256: Option<String>,
    pub method: String,
    /// Host and path; parameters as they were journalled, which holds no secret.
    pub url: String,
    pub parameters: Vec<(String, String)>,
    pub status: Option<u16>,
    pub media: Option<String>,
}

impl Answer {
    /// Where [`raw_file`] puts its body.
    pub fn raw_file(&self) -> String {
        raw_file(self.response, self.media.as_deref())
    }
}

/// The file of a body below the folder that `analyze evidence export` fills; reports point there.
pub fn raw_file(seq: u64, media: Option<&str>) -> String {
    let extension = match media.unwrap_or_default() {
        media if media.contains("xml") => "xml",
        media if media.contains("json") => "json",
        media if media.contains("csv") => "csv",
        _ => "bin",
    };
    format!("raw/{seq:06}.{extension}")
}

/// By journal seq. Bodies that the model was not made of, such as refusals, are read once more.
///
/// # Errors
/// A body that is not what the journal says.
pub fn answers(evidence: &Evidence, model: &Model) -> Result<Vec<Answer>, Error> {
    let mut known = BTreeMap::new();
    let mut rows =
        model.connection().prepare("SELECT seq, sha256, records FROM response ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let records = u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default();
        known.insert(row.get::<_, i64>(0)?, (row.get::<_, String>(1)?, records));
    }
    let mut exchanges = Vec::new();
    evidence.records(|_, record| {
        if let Record::Exchange(exchange) = record {
            exchanges.push(exchange);
        }
        Ok::<(), bundle::Error>(())
    })?;
    let mut reader = evidence.reader()?;
    let mut body = Vec::new();
    exchanges
        .into_iter()
        .map(|exchange| {
            let seq = i64::try_from(exchange.seq).unwrap_or(i64::MAX);
            let (sha256, records) = match (known.remove(&seq), &exchange.body) {
                (Some((sha256, records)), _) => (Some(sha256), records),
                (None, Some(reference)) => {
                    let read = reader.read(reference.id, &mut body);
                    // What was forced open as broken is shown as far as it goes.
                    let sha256 = match read {
                        Ok(()) => Some(hex(&Sha256::digest(&body))),
                        Err(_) if evidence.verdict == Verdict::Broken => None,
                        Err(error) => return Err(error.into()),
                    };
                    (sha256, 0)
                }
                (None, None) => (None, 0),
            };
            Ok(entry(exchange, sha256, records))
        })
        .collect()
}

fn entry(exchange: Exchange, sha256: Option<String>, records: u64) -> Answer {
    let (bytes, media) = match exchange.body {
        Some(body) => (body.raw_len, Some(body.media)),
        None => (0, None),
    };
    Answer {
        id: format!("ev:{}", exchange.seq),
        response: exchange.seq,
        endpoint: exchange.endpoint,
        state: exchange.outcome.word().to_owned(),
        page: exchange.page,
        records,
        bytes,
        time: exchange.time,
        sha256,
        method: exchange.method,
        url: format!("{}{}", exchange.host, exchange.path),
        parameters: exchange.params,
        status: exchange.status,
        media,
    }
}
