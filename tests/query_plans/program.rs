//! Reads the program that SQLite makes of a statement (`EXPLAIN`): which tables it reads whole, and within what.
//!
//! `EXPLAIN QUERY PLAN` names tables by their aliases alone, which the views use over again.

use std::collections::BTreeMap;

use rusqlite::Connection;

/// One pass over a whole table, or over a whole index of it.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) table: String,
    /// A table that the statements make for themselves.
    pub(crate) temporary: bool,
    /// The loops around it, outermost last: a table, or `?` for rows of the statement's own.
    pub(crate) within: Vec<String>,
    /// It fills an index that lasts as long as the statement.
    pub(crate) indexes: bool,
}

struct Step {
    code: String,
    p1: i64,
    p2: i64,
    p3: i64,
}

/// The tables of a control, which `temp` has beside those of the inputs and settings.
const SHARED: &[&str] = &["setting", "sla", "ignored_group", "asset", "kev"];

pub(crate) fn scans(connection: &Connection, statement: &str) -> Vec<Scan> {
    let steps = steps(connection, statement);
    let names = cursors(connection, &steps);
    let name = |cursor: i64| names.get(&cursor).map(|(_, name)| name.as_str());
    let at = |place: i64| usize::try_from(place).unwrap();
    // Behind this step a program only begins; it jumps back from there once.
    let end = at(steps[0].p2);
    let loops: Vec<(usize, usize)> = (0..end)
        .filter(|place| {
            let step = &steps[*place];
            let turns = ["Next", "Prev", "VNext", "SorterNext", "Goto"];
            turns.contains(&step.code.as_str()) && at(step.p2) <= *place
        })
        .map(|place| (at(steps[place].p2), place))
        .collect();
    let mut scans = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        let Some((temporary, table)) = names.get(&step.p1) else { continue };
        let turn = |later: &Step| {
            ["Next", "Prev"].contains(&later.code.as_str())
                && later.p1 == step.p1
                && at(later.p2) > place
        };
        // One that never turns reads the first or the last row.
        if !["Rewind", "Last"].contains(&step.code.as_str()) || !steps[place..].iter().any(turn) {
            continue;
        }
        // Inside of `Once` it runs in the first turn alone.
        let is_guarded = |from: usize| {
            steps[from..place].iter().any(|guard| guard.code == "Once" && at(guard.p2) > place)
        };
        let within = loops
            .iter()
            .filter(|(from, to)| *from <= place && place < *to && !is_guarded(*from))
            .map(|(_, to)| name(steps[*to].p1).unwrap_or("?").to_owned())
            .collect();
        let before = &steps[place.saturating_sub(6)..place];
        scans.push(Scan {
            table: table.clone(),
            temporary: *temporary,
            within,
            indexes: before.iter().any(|step| step.code == "OpenAutoindex"),
        });
    }
    scans
}

fn steps(connection: &Connection, statement: &str) -> Vec<Step> {
    let mut program = connection.prepare(&format!("EXPLAIN {statement}")).unwrap();
    let rows = program.raw_query().mapped(|row| {
        Ok(Step {
            code: row.get("opcode")?,
            p1: row.get("p1")?,
            p2: row.get("p2")?,
            p3: row.get("p3")?,
        })
    });
    rows.map(Result::unwrap).collect()
}

/// The table behind each cursor, and whether it is one that a control made.
fn cursors(connection: &Connection, steps: &[Step]) -> BTreeMap<i64, (bool, String)> {
    let mut roots: BTreeMap<(i64, i64), String> = BTreeMap::new();
    for (database, schema) in [(0, "main.sqlite_schema"), (1, "temp.sqlite_schema")] {
        let sql = format!("SELECT rootpage, tbl_name FROM {schema} WHERE rootpage > 0");
        let mut statement = connection.prepare(&sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        roots.extend(rows.map(Result::unwrap).map(|(root, name)| ((database, root), name)));
    }
    let opened = steps.iter().filter(|step| step.code == "OpenRead");
    opened
        .filter_map(|step| {
            let name = roots.get(&(step.p3, step.p2))?;
            let own = step.p3 == 1 && !SHARED.contains(&name.as_str());
            Some((step.p1, (own, name.clone())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(statement: &str) -> Vec<(String, Vec<String>, bool)> {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE a (x INTEGER, y TEXT); CREATE TABLE b (x INTEGER, y TEXT);
            CREATE TABLE c (x INTEGER); CREATE INDEX c_by_x ON c (x);
            CREATE VIEW v AS SELECT h.x, h.y FROM a AS h;";
        connection.execute_batch(tables).unwrap();
        let scans = scans(&connection, statement);
        scans.into_iter().map(|scan| (scan.table, scan.within, scan.indexes)).collect()
    }

    #[test]
    fn passes_are_told_apart() {
        let pass = |table: &str, within: &[&str], indexes: bool| {
            let within = within.iter().map(|&outer| outer.to_owned()).collect();
            (table.to_owned(), within, indexes)
        };
        for (statement, expected) in [
            ("SELECT x FROM a ORDER BY y", vec![pass("a", &[], false)]),
            ("SELECT h.x FROM v AS h", vec![pass("a", &[], false)]),
            ("SELECT x FROM c WHERE x = 1", vec![]),
            ("SELECT a.x FROM a JOIN c ON c.x = a.x", vec![pass("a", &[], false)]),
            (
                "SELECT a.x FROM a CROSS JOIN b",
                vec![pass("a", &[], false), pass("b", &["a"], false)],
            ),
            (
                "SELECT a.x FROM a JOIN b ON b.x = a.x WHERE a.y = b.y",
                vec![pass("a", &[], false), pass("b", &[], true)],
            ),
            (
                "SELECT (SELECT count(*) FROM b WHERE b.x = a.x) FROM a",
                vec![pass("a", &[], false), pass("b", &["a"], false)],
            ),
            (
                "SELECT x FROM a WHERE x IN (SELECT x FROM b)",
                vec![pass("a", &[], false), pass("b", &[], false)],
            ),
            (
                "SELECT x FROM a UNION ALL SELECT x FROM a",
                vec![pass("a", &[], false), pass("a", &[], false)],
            ),
        ] {
            assert_eq!(read(statement), expected, "{statement}");
        }
    }
}
