//! What a bundle's answers become in the evidence model.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod any_order;
mod compliance;
mod coverage;
mod every_endpoint;
mod fan_outs;
mod logins;
mod portal;
mod rows;
mod scope;
mod setup;
mod subscription;
mod web_apps;

use qualys_sec_inspector::bundle::completeness::EndpointState::Present;
use qualys_sec_inspector::evidence::{Coverage, Model, Scope, load};
use qualys_sec_inspector::qualys::time;
use rusqlite::types::ValueRef;
use subscription::Run;

pub(crate) fn loaded(run: Run) -> (Model, Vec<Coverage>, Scope) {
    let (evidence, folder) = run.open();
    load(&evidence, Some(folder.path()), 2).unwrap()
}

/// The model of one answer, which must be read whole.
pub(crate) fn model(endpoint: &str, body: &[u8]) -> Model {
    model_at("", endpoint, &[], body)
}

/// The same for a request with a path or parameters that matter.
pub(crate) fn model_at(path: &str, endpoint: &str, params: &[(&str, &str)], body: &[u8]) -> Model {
    let mut run = Run::new(&[endpoint]);
    run.page_at(path, endpoint, None, params, body);
    run.outcome(endpoint, Present, 1);
    let (model, coverage, _) = loaded(run);
    let row = coverage.iter().find(|row| row.endpoint == endpoint).unwrap();
    assert_eq!(row.state.word(), "present", "{endpoint}: {:?}", row.reason);
    model
}

/// A made-up answer of an endpoint that is not among `fixtures/qualys`.
pub(crate) fn answer(endpoint: &str) -> Vec<u8> {
    let name = endpoint.replace('/', "_");
    let paths = ["xml", "json"].map(|kind| format!("fixtures/evidence/{name}.{kind}"));
    let found = paths.iter().find_map(|path| std::fs::read(path).ok());
    found.unwrap_or_else(|| panic!("no answer of {endpoint}"))
}

fn seconds(text: &str) -> i64 {
    time::parse(text).unwrap()
}

/// The bytes that the first row of a table points at.
fn pointed<'b>(model: &Model, table: &str, body: &'b [u8]) -> &'b str {
    let sql = format!("SELECT \"offset\", length FROM {table} ORDER BY row LIMIT 1");
    let row = model.connection().query_row(&sql, (), |row| Ok((row.get(0)?, row.get(1)?)));
    let (offset, length): (usize, usize) = row.unwrap();
    std::str::from_utf8(&body[offset..offset + length]).unwrap()
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
