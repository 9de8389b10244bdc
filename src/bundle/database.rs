//! The evidence database of a sealed bundle, opened so that a hostile file can do nothing.
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};

use super::hash::Digest;
use super::{Error, schema};

/// Longest journal record, and every other value but a body, in bytes.
const VALUE_LIMIT: i32 = 16 << 20;

/// Opens read-only and hardened.
///
/// `immutable=1` makes SQLite ignore a `-wal` or `-journal` file beside the database: with `mode=ro`
/// alone such a file can hide or add rows.
pub(super) fn open(path: &Path) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(path), flags)?;
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
    ] {
        connection.set_db_config(setting, value)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A connection on which no value but short ones can be read: the journal, never bodies.
pub(super) fn open_short(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = open(path)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_LIMIT)?;
    Ok(connection)
}

/// A `file:` URI with every byte that could mean something in one escaped.
fn uri(path: &Path) -> String {
    let mut uri = String::from(if cfg!(windows) { "file:///" } else { "file:" });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    uri + "?immutable=1"
}

/// A hexadecimal digit.
fn hex(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase()
}

/// What is wrong with a database before it is opened: the code of check 9 and a sentence.
pub(super) fn check_header(
    header: &[u8; 100],
    file_len: u64,
) -> Result<(), (&'static str, String)> {
    let word = |at: usize| {
        header
            .get(at..)
            .and_then(|rest| rest.first_chunk())
            .map_or(0, |bytes| u32::from_be_bytes(*bytes))
    };
    let slack = |text: String| Err(("E_SLACK", text));
    if !header.starts_with(b"SQLite format 3\0") {
        return slack("evidence.sqlite is not an SQLite database".to_owned());
    }
    // Offsets and meanings: https://www.sqlite.org/fileformat.html §1.3.
    if header[18..20] != [1, 1] {
        return Err(("E_WAL", "the database is not in rollback journal mode".to_owned()));
    }
    let page_size = u64::from(u16::from_be_bytes([header[16], header[17]]));
    if page_size != u64::from(schema::PAGE_SIZE) {
        return slack(format!("the page size is {page_size}, not {}", schema::PAGE_SIZE));
    }
    let pages = u64::from(word(28));
    if word(24) != word(92) || pages * page_size != file_len {
        return slack(format!(
            "{pages} pages of {page_size} bytes are not the {file_len} bytes of the file"
        ));
    }
    if word(32) != 0 || word(36) != 0 {
        return slack(format!("{} free pages could hide data", word(36)));
    }
    if header[20] != 0
        || header[21..24] != [64, 32, 32]
        || header[72..92].iter().any(|byte| *byte != 0)
    {
        return slack("reserved bytes of the database header are in use".to_owned());
    }
    if word(68) != schema::APPLICATION_ID.cast_unsigned()
        || word(60) != schema::USER_VERSION.cast_unsigned()
    {
        return slack("application_id or user_version is not that of a bundle".to_owned());
    }
    if word(44) != 4 || word(56) != 1 || word(52) != 0 || word(64) != 0 {
        return slack(
            "schema format, text encoding or vacuum mode is not that of a bundle".to_owned(),
        );
    }
    Ok(())
}

/// Check 10 on an open database: the schema text first, for `quick_check` walks what it names.
pub(super) fn check_pages(connection: &Connection) -> Result<(), (&'static str, String)> {
    let failed = |error: &rusqlite::Error| {
        let code = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => "E_PAGES",
            _ => "E_SCHEMA",
        };
        (code, format!("the database cannot be read: {error}"))
    };
    let text = schema::text(connection).map_err(|error| match error {
        Error::Database { source, .. } => failed(&source),
        error => ("E_SCHEMA", error.to_string()),
    })?;
    if super::hash::sha256(&[text.as_bytes()]) != schema::digest() {
        return Err(("E_SCHEMA", "the tables are not exactly those of format 1".to_owned()));
    }
    let verdict: String = connection
        .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
        .map_err(|error| ("E_PAGES", format!("quick_check failed: {error}")))?;
    if verdict != "ok" {
        return Err(("E_PAGES", format!("quick_check: {verdict}")));
    }
    Ok(())
}

/// A blob column; `None` where the value has another type.
pub(super) fn blob<'row>(row: &'row Row<'_>, column: usize) -> Option<&'row [u8]> {
    match row.get_ref(column) {
        Ok(ValueRef::Blob(bytes)) => Some(bytes),
        _ => None,
    }
}

/// A text column that is UTF-8.
pub(super) fn text<'row>(row: &'row Row<'_>, column: usize) -> Option<&'row str> {
    match row.get_ref(column) {
        Ok(ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// An integer column that is not negative.
pub(super) fn number(row: &Row<'_>, column: usize) -> Option<u64> {
    match row.get_ref(column) {
        Ok(ValueRef::Integer(value)) => u64::try_from(value).ok(),
        _ => None,
    }
}

/// A blob column of exactly 32 bytes.
pub(super) fn digest(row: &Row<'_>, column: usize) -> Option<Digest> {
    blob(row, column)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_smuggle_in_a_parameter() {
        let path = Path::new("/tmp/a b?mode=rw&x#%/ü.sqlite");
        assert_eq!(uri(path), "file:/tmp/a%20b%3Fmode%3Drw%26x%23%25/%C3%BC.sqlite?immutable=1");
    }

    #[test]
    fn hardened_connections_refuse_to_write_attach_and_expand_views() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a#b?.sqlite");
        let writer = Connection::open(&path).unwrap();
        writer.execute_batch("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(20000000)); CREATE VIEW v AS SELECT x FROM t;").unwrap();
        drop(writer);
        let connection = open(&path).unwrap();
        connection.query_row("SELECT length(x) FROM t", (), |row| row.get::<_, i64>(0)).unwrap();
        for (sql, reason) in [
            ("SELECT length(x) FROM v", "access to view \"v\" prohibited"),
            ("INSERT INTO t VALUES(1)", "readonly database"),
            ("ATTACH ':memory:' AS other", "too many attached databases"),
        ] {
            let error = connection
                .prepare(sql)
                .and_then(|mut statement| statement.raw_query().next().map(drop));
            let error = error.unwrap_err().to_string();
            assert!(error.contains(reason), "{sql}: {error}");
        }
        let short = open_short(&path).unwrap();
        short.query_row("SELECT x FROM t", (), |_| Ok(())).unwrap_err();
    }
}
