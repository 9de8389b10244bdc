//! The evidence database's fixed properties: schema, identification and page size.
use super::Error;
use super::hash::{Digest, sha256};
use rusqlite::Connection;

/// The four tables.
pub const SQL: &str = include_str!("../../sql/bundle.sql");
/// `PRAGMA application_id`, "QSI1".
pub const APPLICATION_ID: i32 = 0x5153_4931;
/// `PRAGMA user_version`.
pub const USER_VERSION: i32 = 1;
/// Bytes.
pub const PAGE_SIZE: u32 = 8192;

/// The text whose hash identifies a schema: what `sqlite3 FILE "select type, name, tbl_name, sql
/// from sqlite_schema order by name"` prints, so `| sha256sum` gives the same value by hand.
pub fn text(connection: &Connection) -> Result<String, Error> {
    let act = "read the schema";
    let mut statement = connection
        .prepare(
            "SELECT type || '|' || name || '|' || tbl_name || '|' || coalesce(sql, '') || char(10) \
             FROM sqlite_schema ORDER BY name",
        )
        .map_err(Error::database(act))?;
    let lines = statement.query_map((), |row| row.get::<_, String>(0));
    lines.and_then(Iterator::collect).map_err(Error::database(act))
}

/// SHA-256 of [`text`] of a database that was made by [`SQL`].
pub fn digest() -> Digest {
    let tables = SQL.lines().filter_map(|sql| {
        let name = sql.strip_prefix("CREATE TABLE ")?.split('(').next()?;
        Some((name, sql.trim_end_matches(';')))
    });
    let tables: std::collections::BTreeMap<_, _> = tables.collect();
    let lines = tables.iter().map(|(name, sql)| format!("table|{name}|{name}|{sql}\n"));
    sha256(&[lines.collect::<String>().as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::hash::hex;

    const FORMAT_1: &str = "2f60ec9731ebcf2d5e0c8dc92dc39cb9073ce9e50a3e3f157186449202e48b22";

    #[test]
    fn the_compiled_in_hash_is_that_of_the_real_schema() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SQL).unwrap();
        assert_eq!(sha256(&[text(&connection).unwrap().as_bytes()]), digest());
        // A change of this value is a new format, not a new version of the program.
        assert_eq!(hex(&digest()), FORMAT_1);
    }

    #[test]
    fn another_object_changes_the_hash() {
        for extra in [
            "CREATE VIEW v AS SELECT 1",
            "CREATE TABLE t(x)",
            "CREATE INDEX i ON body(media)",
            "DROP TABLE dictionary",
            "DROP TABLE body; CREATE VIEW body AS SELECT 1 AS id",
        ] {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(SQL).unwrap();
            connection.execute_batch(extra).unwrap();
            assert_ne!(sha256(&[text(&connection).unwrap().as_bytes()]), digest(), "{extra}");
        }
    }
}
