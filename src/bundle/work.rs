//! The working database of a partial bundle: its settings, its rows, and the check of all of it.
use super::body::Packed;
use super::clock::Skew;
use super::hash::Digest;
use super::journal::{Row, Walk, check_link};
use super::record::{BodyRef, Record};
use super::{Error, schema};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior, params};
use std::collections::BTreeMap;
use std::path::Path;

/// Name of the working database in the partial folder.
pub(super) const DATABASE: &str = "evidence.work.sqlite";

/// Makes the tables in an empty file.
pub(super) fn create(file: &Path) -> Result<Connection, Error> {
    let connection = connect(file)?;
    let (page_size, id) = (schema::PAGE_SIZE, schema::APPLICATION_ID);
    let version = schema::USER_VERSION;
    let settings = format!(
        "PRAGMA page_size = {page_size}; PRAGMA application_id = {id}; \
         PRAGMA user_version = {version};"
    );
    let act = "create the partial bundle";
    connection.execute_batch(&settings).map_err(Error::database(act))?;
    make_durable(&connection)?;
    let tables = format!("BEGIN IMMEDIATE; {} COMMIT;", schema::SQL);
    connection.execute_batch(&tables).map_err(Error::database(act))?;
    Ok(connection)
}

/// Opens a file that [`create`] made, and refuses every other.
pub(super) fn open(file: &Path) -> Result<Connection, Error> {
    let foreign = |why: String| Error::Foreign { path: file.to_path_buf(), why };
    let connection = connect(file)?;
    let checks = [
        ("application_id", i64::from(schema::APPLICATION_ID)),
        ("user_version", i64::from(schema::USER_VERSION)),
        ("page_size", i64::from(schema::PAGE_SIZE)),
    ];
    for (pragma, expected) in checks {
        let found: i64 = connection
            .pragma_query_value(None, pragma, |row| row.get(0))
            .map_err(|error| foreign(error.to_string()))?;
        if found != expected {
            return Err(foreign(format!("{pragma} is {found}, not {expected}")));
        }
    }
    if super::hash::sha256(&[schema::text(&connection)?.as_bytes()]) != schema::digest() {
        return Err(foreign("it has other tables".to_owned()));
    }
    make_durable(&connection)?;
    let sound: String = connection
        .pragma_query_value(None, "quick_check", |row| row.get(0))
        .map_err(Error::database("check the partial bundle"))?;
    if sound != "ok" {
        return Err(foreign(format!("the database is damaged: {sound}")));
    }
    Ok(connection)
}

/// In exclusive mode the write-ahead log needs no shared memory file, and nobody else reads along.
fn connect(file: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let act = "open the partial bundle";
    let connection = Connection::open_with_flags(file, flags).map_err(Error::database(act))?;
    let settings = "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
                    PRAGMA locking_mode = EXCLUSIVE;";
    connection.execute_batch(settings).map_err(Error::database(act))?;
    Ok(connection)
}

/// From here on a COMMIT that returns is on the disk. `fullfsync` matters on macOS alone.
fn make_durable(connection: &Connection) -> Result<(), Error> {
    let act = "set the partial bundle's durability";
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(Error::database(act))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(Error::Refused(format!("the write-ahead log cannot be used here, but {mode}")));
    }
    let settings = "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; \
                    PRAGMA checkpoint_fullfsync = ON;";
    connection.execute_batch(settings).map_err(Error::database(act))
}

/// One transaction: the body, the certificate that the record names first, the journal row.
pub(super) fn store(
    connection: &mut Connection,
    row: Row<'_>,
    body: Option<(i64, &Packed)>,
    certificate: Option<(i64, &Vec<u8>)>,
) -> Result<(), Error> {
    let act = "store a record";
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(Error::database(act))?;
    if let Some((id, body)) = body {
        transaction
            .prepare_cached(
                "INSERT INTO body (id, media, raw_len, sha256, body_commit, segment_rule, \
                 segment_ends, seed, zstd) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )
            .and_then(|mut insert| {
                insert.execute(params![
                    id,
                    body.media,
                    body.raw_len,
                    body.sha256,
                    body.commit,
                    body.segment_rule,
                    body.segment_ends,
                    body.seed,
                    body.zstd
                ])
            })
            .map_err(Error::database(act))?;
    }
    if let Some((id, der)) = certificate {
        let digest = super::hash::sha256(&[der]);
        transaction
            .execute("INSERT INTO certificate VALUES (?1, ?2, ?3)", params![id, digest, der])
            .map_err(Error::database(act))?;
    }
    transaction
        .prepare_cached("INSERT INTO journal VALUES (?1, ?2, ?3, ?4, ?5)")
        .and_then(|mut insert| {
            insert.execute(params![row.seq, row.kind, row.record, row.leaf, row.chain])
        })
        .map_err(Error::database(act))?;
    transaction.commit().map_err(Error::database(act))
}

/// Every journal row in its order; memory holds one.
pub(super) fn rows<E: From<Error>>(
    connection: &Connection,
    mut each: impl FnMut(Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error| Error::Database { act: "read the journal", source: error };
    let mut statement = connection
        .prepare("SELECT seq, kind, record, leaf, chain FROM journal ORDER BY seq")
        .map_err(failed)?;
    let mut rows = statement.query(()).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let blob = |index| row.get_ref(index)?.as_blob().map_err(rusqlite::Error::from);
        each(Row {
            seq: row.get(0).map_err(failed)?,
            kind: row.get_ref(1).and_then(|kind| Ok(kind.as_str()?)).map_err(failed)?,
            record: blob(2).map_err(failed)?,
            leaf: blob(3).map_err(failed)?,
            chain: blob(4).map_err(failed)?,
        })?;
    }
    Ok(())
}

/// One record by its seq.
pub(super) fn record(connection: &Connection, seq: u64) -> Result<Record, Error> {
    let bytes: Option<Vec<u8>> = connection
        .prepare_cached("SELECT record FROM journal WHERE seq = ?1")
        .and_then(|mut select| select.query_one([seq], |row| row.get(0)).optional())
        .map_err(Error::database("read the journal"))?;
    match bytes {
        Some(bytes) => Record::parse(seq, &bytes),
        None => Err(Error::Refused(format!("there is no record seq={seq}"))),
    }
}

/// Leaf certificates by their SHA-256.
pub(super) fn certificates(connection: &Connection) -> Result<BTreeMap<Digest, i64>, Error> {
    let act = "read the certificates";
    let mut statement =
        connection.prepare("SELECT sha256, id FROM certificate").map_err(Error::database(act))?;
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)));
    rows.and_then(Iterator::collect).map_err(Error::database(act))
}

/// Recomputes every leaf and chain value and looks up what each record names.
pub(super) fn rewalk(connection: &Connection) -> Result<(Walk, Skew), Error> {
    let (mut walk, mut skew) = (Walk::default(), Skew::default());
    rows(connection, |row| -> Result<(), Error> {
        let record = walk.read(row)?;
        if let Record::Exchange(exchange) = &record {
            if let Some(body) = &exchange.body {
                check_body(connection, body)?;
            }
            if let Some(prev) = exchange.prev {
                check_link(exchange, &self::record(connection, prev)?)?;
            }
        }
        skew.add(&record);
        Ok(())
    })?;
    let bodies: u64 = connection
        .query_one("SELECT count(*) FROM body", (), |row| row.get(0))
        .map_err(Error::database("count the bodies"))?;
    if bodies != walk.counts().bodies {
        let id = i64::try_from(walk.counts().bodies + 1).unwrap_or(i64::MAX);
        let why = format!("the journal names another number of bodies than the {bodies} there are");
        return Err(Error::Body { id, why });
    }
    Ok((walk, skew))
}

/// The row must be what the record says; its content is checked when it is read.
fn check_body(connection: &Connection, body: &BodyRef) -> Result<(), Error> {
    let same: Option<bool> = connection
        .prepare_cached(
            "SELECT raw_len = ?2 AND lower(hex(body_commit)) = ?3 AND media = ?4 \
             AND segment_rule = ?5 FROM body WHERE id = ?1",
        )
        .and_then(|mut select| {
            let expected =
                params![body.id, body.raw_len, body.commit, body.media, body.segment_rule];
            select.query_one(expected, |row| row.get(0)).optional()
        })
        .map_err(Error::database("read a body"))?;
    match same {
        Some(true) => Ok(()),
        Some(false) => Err(Error::Body { id: body.id, why: "not what the journal says".into() }),
        None => Err(Error::Body { id: body.id, why: "the journal names it and it is gone".into() }),
    }
}

/// Closes the database, which empties its write-ahead log.
pub(super) fn close(connection: Connection) -> Result<(), Error> {
    connection.close().map_err(|(_, source)| Error::Database { act: "close", source })
}

/// Bytes of the database and its log.
pub(super) fn size(folder: &Path) -> Result<u64, Error> {
    let files = [DATABASE.to_owned(), format!("{DATABASE}-wal")];
    files.iter().try_fold(0, |sum: u64, name| {
        let file = folder.join(name);
        match std::fs::metadata(&file) {
            Ok(metadata) => Ok(sum.saturating_add(metadata.len())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(sum),
            Err(error) => Err(Error::io("look at", &file)(error)),
        }
    })
}

/// Writes the content into a new file without free pages or a log, the form that is sealed.
pub(super) fn compact(connection: &Connection, file: &Path) -> Result<(), Error> {
    let act = "compact the evidence";
    drop(super::disk::create_private(file)?);
    let target = file.to_str().ok_or_else(|| Error::Refused("the path is not UTF-8".to_owned()))?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(Error::database(act))?;
    let mut header = [0; 100];
    let mut written = std::fs::File::open(file).map_err(Error::io("open", file))?;
    std::io::Read::read_exact(&mut written, &mut header).map_err(Error::io("read", file))?;
    let len = written.metadata().map_err(Error::io("look at", file))?.len();
    super::database::check_header(&header, len)
        .map_err(|(_, why)| Error::Refused(format!("SQLite wrote another form: {why}")))
}
