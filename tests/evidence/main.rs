//! What a bundle's answers become in the evidence model.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod coverage;
mod rows;
mod subscription;

use qualys_sec_inspector::evidence::{Coverage, Model, Scope, load};
use rusqlite::types::ValueRef;
use subscription::Run;

pub(crate) fn loaded(run: Run) -> (Model, Vec<Coverage>, Scope) {
    let (evidence, folder) = run.open();
    load(&evidence, Some(folder.path()), 2).unwrap()
}

/// The rows of a query, each as its values joined by `|`; blobs in hexadecimal, NULL as `-`.
pub(crate) fn select(model: &Model, sql: &str) -> Vec<String> {
    let mut statement = model.connection().prepare(sql).unwrap();
    let columns = statement.column_count();
    let text = |value: ValueRef<'_>| match value {
        ValueRef::Null => "-".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        ValueRef::Blob(bytes) => {
            bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
        }
    };
    let rows = statement.query_map((), |row| {
        Ok((0..columns)
            .map(|index| text(row.get_ref(index).unwrap()))
            .collect::<Vec<_>>()
            .join("|"))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Every row of every table, for comparisons.
pub(crate) fn dump(model: &Model) -> Vec<String> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut all = Vec::new();
    for table in select(model, names) {
        let rows = select(model, &format!("SELECT * FROM {table}"));
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    all
}
