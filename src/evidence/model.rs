//! The evidence model as an SQLite database.
use super::Error;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

const SCHEMA: &str = include_str!("../../sql/model.sql");
const INDEXES: &str = include_str!("../../sql/indexes.sql");

/// Typed tables rebuilt from the answers; the file goes with this value.
#[derive(Debug)]
pub struct Model {
    connection: Connection,
    _folder: Option<TempDir>,
}

impl Model {
    /// A model without rows, in memory.
    pub fn empty() -> Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(SCHEMA)?;
        connection.execute_batch(INDEXES)?;
        Ok(Self { connection, _folder: None })
    }

    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// A model in a private file, ready to be filled in one go: it is thrown away on any error, so
    /// nothing needs to survive one.
    pub fn create(work_dir: Option<&Path>) -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("qsi-");
        #[cfg(unix)]
        let builder = {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(std::fs::Permissions::from_mode(0o700))
        };
        let folder = work_dir.map_or_else(|| builder.tempdir(), |dir| builder.tempdir_in(dir));
        let folder = folder.map_err(Error::Folder)?;
        let path = folder.path().join("model.sqlite");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(&path).map_err(Error::Folder)?;
        let connection = Connection::open(&path)?;
        connection.execute_batch(
            "PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
             PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32768;",
        )?;
        // Sorted rows and the tables that controls make grow with the subscription: beyond the cache
        // they lie in the private folder, in files that have no name.
        connection.pragma_update(None, "temp_store_directory", folder.path().to_str())?;
        connection.execute_batch("PRAGMA temp_store = FILE; PRAGMA temp.cache_size = -32768;")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection, _folder: Some(folder) })
    }

    /// Makes the indexes, once the rows are there.
    ///
    /// # Errors
    /// A disk that is full, or an index that is there already.
    pub fn index(&self) -> Result<(), Error> {
        self.connection.execute_batch(INDEXES)?;
        Ok(())
    }
}
