//! Where the text of a statement comes from: built in, or read from disk for mutation tests.

#[cfg(all(feature = "sql-from-disk", not(debug_assertions)))]
compile_error!("`sql-from-disk` is for mutation tests; a release carries its statements");

/// The statement in this file below `sql/`, named without its ending.
#[cfg(not(feature = "sql-from-disk"))]
macro_rules! sql {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/", $path, ".sql"))
    };
}

/// As without the feature, but read whenever it is asked for.
#[cfg(feature = "sql-from-disk")]
macro_rules! sql {
    ($path:literal) => {
        $crate::analyzers::statement::read($path)
    };
}

/// Reads a statement from the folder that was named when this was built. Its text is never freed:
/// the program is a test, and short.
#[cfg(feature = "sql-from-disk")]
pub(super) fn read(path: &str) -> &'static str {
    let folder = option_env!("SQL_FOLDER").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/sql"));
    let file = std::path::Path::new(folder).join(path).with_extension("sql");
    match std::fs::read_to_string(&file) {
        Ok(text) => text.leak(),
        Err(error) => panic!("{}: {error}", file.display()),
    }
}
