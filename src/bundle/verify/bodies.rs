//! Check 13: every reference to a body or certificate resolves once, and every body is what was recorded.
use rusqlite::{Connection, OptionalExtension as _, Statement};

use super::super::Error;
use super::super::database::{blob, digest, number, text};
use super::super::evidence::{BodyReader, PrivateFile};
use super::super::hash::{hex, sha256};
use super::super::record::{BodyRef, Exchange, Record};
use super::{Fault, Passed, Step};

/// Follows the references while the journal is walked, which has every body referred to once: their
/// ids count up along it.
pub(super) struct References<'a> {
    database: &'a Connection,
    body: Statement<'a>,
    certificate: Statement<'a>,
    last_certificate: Option<i64>,
    count: u64,
    fault: Option<Fault>,
}

fn at(id: i64, sentence: impl Into<String>) -> Fault {
    Fault::at("E_BODY", format!("id={id}"), sentence)
}

impl<'a> References<'a> {
    pub(super) fn new(database: &'a Connection) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            database,
            body: database.prepare(
                "SELECT media, raw_len, body_commit, segment_rule FROM body WHERE id = ?1",
            )?,
            certificate: database.prepare("SELECT 1 FROM certificate WHERE id = ?1")?,
            last_certificate: None,
            count: 0,
            fault: None,
        })
    }

    /// Keeps the first fault for [`Self::finish`]: the journal's own check comes before it.
    pub(super) fn add(&mut self, record: &Record) {
        if let Record::Exchange(exchange) = record
            && self.fault.is_none()
        {
            self.fault = self.follow(exchange).err();
        }
    }

    fn follow(&mut self, exchange: &Exchange) -> Result<(), Fault> {
        if let Some(id) = exchange.tls.as_ref().and_then(|tls| tls.certificate)
            && self.last_certificate != Some(id)
        {
            let place = format!("certificate id={id}");
            let found = self.certificate.query_row([id], |_| Ok(())).optional();
            if !matches!(found, Ok(Some(()))) {
                return Err(Fault::at("E_BODY", place, "the certificate is missing"));
            }
            self.last_certificate = Some(id);
        }
        let Some(reference) = &exchange.body else { return Ok(()) };
        let id = reference.id;
        self.count += 1;
        let same = self
            .body
            .query_row([id], |row| {
                Ok(BodyRef {
                    id,
                    commit: digest(row, 2).map_or_else(String::new, |commit| hex(&commit)),
                    raw_len: number(row, 1).unwrap_or(u64::MAX),
                    media: text(row, 0).unwrap_or_default().to_owned(),
                    segment_rule: text(row, 3).unwrap_or_default().to_owned(),
                })
            })
            .optional();
        match same {
            Ok(Some(row)) if row == *reference => Ok(()),
            Ok(Some(_)) => Err(at(id, "the row is not the one that the journal describes")),
            Ok(None) => Err(at(id, "the body is missing")),
            Err(error) => Err(at(id, format!("the row cannot be read: {error}"))),
        }
    }

    /// `whole`: the journal was read to its end, so that what it does not name is an orphan.
    pub(super) fn finish(self, whole: bool, deep: bool, copy: &PrivateFile) -> Step<()> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let failed = |error: rusqlite::Error| {
            Fault::new("E_BODY", format!("the tables cannot be read: {error}"))
        };
        let counted = |sql| self.database.query_row(sql, (), |row| row.get::<_, i64>(0));
        let bodies = counted("SELECT count(*) FROM body").map_err(failed)?;
        if whole && u64::try_from(bodies) != Ok(self.count) {
            let sentence = format!("{bodies} bodies for {} references", self.count);
            return Err(Fault::new("E_BODY", sentence));
        }
        if counted("SELECT count(*) FROM dictionary").map_err(failed)? != 0 {
            return Err(Fault::new("E_BODY", "format 1 has no dictionaries"));
        }
        self.certificates()?;
        if !deep {
            let sentence =
                "every reference resolves; contents are checked when read, or with --deep";
            return Ok(Passed::skip((), sentence));
        }
        let mut reader = copy.reader().map_err(|error| Fault::new("E_BODY", error.to_string()))?;
        let mut ids = self.database.prepare("SELECT id FROM body ORDER BY id").map_err(failed)?;
        let mut rows = ids.query(()).map_err(failed)?;
        let mut raw = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let id = row.get(0).map_err(failed)?;
            read(&mut reader, id, &mut raw)?;
        }
        Ok(Passed::ok((), format!("{bodies} bodies, each decoded and hashed")))
    }

    fn certificates(&self) -> Result<(), Fault> {
        let failed = |error: rusqlite::Error| {
            Fault::new("E_BODY", format!("certificates cannot be read: {error}"))
        };
        let mut statement =
            self.database.prepare("SELECT id, sha256, der FROM certificate").map_err(failed)?;
        let mut rows = statement.query(()).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            let der = blob(row, 2);
            if der.is_none() || digest(row, 1) != der.map(|der| sha256(&[der])) {
                let place = format!("certificate id={}", number(row, 0).unwrap_or_default());
                return Err(Fault::at("E_BODY", place, "not the certificate of its hash"));
            }
        }
        Ok(())
    }
}

fn read(reader: &mut BodyReader, id: i64, raw: &mut Vec<u8>) -> Result<(), Fault> {
    reader.read(id, raw).map_err(|error| match error {
        Error::Body { id, why } => at(id, why),
        error => at(id, error.to_string()),
    })
}
