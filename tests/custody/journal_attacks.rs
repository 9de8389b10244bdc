//! Attacks on rows, by someone who can sign or whose bundle is unsigned: every hash that can be
//! repaired without the journal's own rules is repaired.
use rusqlite::Connection;
use serde_json::Value;

use crate::base::base;
use crate::forge::{Forge, Rewrite, edit_record, rehash, store};
use crate::judge::{assert_refused, permit_unsigned, strict};
use qualys_sec_inspector::bundle::manifest::{CompletenessState, EndpointState};

/// Seqs of the base bundle: 1 start, 2 and 3 hosts, 4 and 5 users, 6 and 7 skips, 8 resume, 9 end.
const LAST: i64 = 9;

fn run(sql: &'static str) -> impl Fn(&Connection) {
    move |connection| connection.execute_batch(sql).unwrap()
}

/// Moves the rows from `first` on by `by`, in the table and in their records.
fn renumber(connection: &Connection, first: i64, by: i64) {
    let seqs: Vec<i64> =
        if by > 0 { (first..=LAST).rev().collect() } else { (first..=LAST).collect() };
    for seq in seqs {
        connection.execute("UPDATE journal SET seq = ?2 WHERE seq = ?1", (seq, seq + by)).unwrap();
        edit_record(connection, seq + by, |record| {
            record["seq"] = (seq + by).into();
            if let Some(last) = record.get_mut("last_seq") {
                *last = (seq + by - 1).into();
            }
        });
    }
}

#[track_caller]
fn refused(what: &str, change: impl Fn(&Connection), number: u8, code: &str, place: &str) {
    let insider = Forge::insider().sql(&change);
    assert_refused(what, &insider.seal(), &strict(), number, code, place);
    let unsigned = Forge::unsigned().sql(&change);
    assert_refused(what, &unsigned.seal(), &permit_unsigned(), number, code, place);
}

#[test]
fn rows_deleted() {
    refused("the middle", run("DELETE FROM journal WHERE seq = 4"), 11, "E_ORDER", "seq=4");
    refused("the first", run("DELETE FROM journal WHERE seq = 1"), 11, "E_ORDER", "seq=1");
    refused("the tail", run("DELETE FROM journal WHERE seq > 7"), 11, "E_ORDER", "seq=8");
    refused("all", run("DELETE FROM journal"), 11, "E_ORDER", "seq=1");
    let gone = |connection: &Connection| {
        connection.execute_batch("DELETE FROM journal WHERE seq = 4").unwrap();
        renumber(connection, 5, -1);
        rehash(connection);
    };
    refused("closed up", gone, 12, "E_COUNT", "seq=8");
}

#[test]
fn rows_edited() {
    let edit = |connection: &Connection| {
        edit_record(connection, 6, |record| record["reason"] = "no licence".into());
    };
    refused("a record", edit, 11, "E_LEAF", "seq=6");
    let leaf = |connection: &Connection| {
        edit(connection);
        let chains: Vec<Vec<u8>> = (1..=LAST).map(|seq| chain(connection, seq)).collect();
        rehash(connection);
        for (seq, chain) in (1..).zip(chains) {
            connection
                .execute("UPDATE journal SET chain = ?2 WHERE seq = ?1", (seq, chain))
                .unwrap();
        }
    };
    refused("record and leaf", leaf, 11, "E_CHAIN", "seq=6");
    let all = |connection: &Connection| {
        edit(connection);
        rehash(connection);
    };
    refused("all hashes", all, 12, "E_ROOT", "");
    refused("kind", run("UPDATE journal SET kind = 'skip' WHERE seq = 2"), 11, "E_ORDER", "seq=2");
    let long = run("UPDATE journal SET record = zeroblob(17 << 20) WHERE seq = 2");
    refused("a record beyond all bounds", long, 11, "E_JSON", "seq=2");
    refused("type", run("UPDATE journal SET record = 7 WHERE seq = 2"), 11, "E_JSON", "seq=2");
    refused(
        "chain",
        run("UPDATE journal SET chain = zeroblob(32) WHERE seq = 3"),
        11,
        "E_CHAIN",
        "seq=3",
    );
    refused("leaf", run("UPDATE journal SET leaf = x'00' WHERE seq = 3"), 11, "E_LEAF", "seq=3");
}

fn chain(connection: &Connection, seq: i64) -> Vec<u8> {
    connection
        .query_row("SELECT chain FROM journal WHERE seq = ?1", [seq], |row| row.get(0))
        .unwrap()
}

#[test]
fn rows_reordered() {
    let columns = run(
        "UPDATE journal SET (kind, record, leaf) = (SELECT kind, record, leaf FROM journal AS other WHERE other.seq = 13 - journal.seq) WHERE seq IN (6, 7)",
    );
    refused("rows", columns, 11, "E_JSON", "seq=6");
    let swap = |first: i64, second: i64| {
        move |connection: &Connection| {
            for (from, to) in [(first, 100), (second, first), (100, second)] {
                connection
                    .execute("UPDATE journal SET seq = ?2 WHERE seq = ?1", (from, to))
                    .unwrap();
            }
            for seq in [first, second] {
                edit_record(connection, seq, |record| record["seq"] = seq.into());
            }
            rehash(connection);
        }
    };
    refused("skips, renumbered and hashed", swap(6, 7), 12, "E_ROOT", "");
    refused("answers, renumbered and hashed", swap(2, 3), 11, "E_ORDER", "seq=2");
    refused("the end before the resumption", swap(8, 9), 11, "E_ORDER", "seq=8");
    refused("the beginning later", swap(1, 2), 11, "E_ORDER", "seq=1");
}

#[test]
fn rows_inserted() {
    let insert = |before: i64| {
        move |connection: &Connection| {
            renumber(connection, before, 1);
            connection
                .execute("INSERT INTO journal SELECT ?1, kind, record, leaf, chain FROM journal WHERE seq = 6", [before])
                .unwrap();
            edit_record(connection, before, |record| record["seq"] = before.into());
            rehash(connection);
        }
    };
    refused("a skip", insert(7), 12, "E_COUNT", "seq=10");
    refused("an old skip behind the resumption", insert(LAST), 11, "E_CLOCK", "seq=9");
    let behind = |connection: &Connection| {
        connection
            .execute_batch("INSERT INTO journal SELECT 10, kind, record, leaf, chain FROM journal WHERE seq = 6")
            .unwrap();
        edit_record(connection, 10, |record| record["seq"] = 10.into());
        rehash(connection);
    };
    refused("behind the end", behind, 11, "E_ORDER", "seq=10");
}

#[test]
fn records_that_are_not_of_the_one_form() {
    let with = |rewrite: Rewrite| {
        move |connection: &Connection| {
            let sql = "SELECT record FROM journal WHERE seq = 6";
            let bytes: Vec<u8> = connection.query_row(sql, (), |row| row.get(0)).unwrap();
            store(connection, 6, rewrite(String::from_utf8(bytes).unwrap()).as_bytes());
            rehash(connection);
        }
    };
    let rewrites: [(&str, Rewrite); 6] = [
        ("a key twice", |text| text.replacen('{', r#"{"endpoint":"am/users","#, 1)),
        ("a space", |text| text.replacen(':', ": ", 1)),
        ("an escape", |text| text.replacen("vm/reports", r"vm\/reports", 1)),
        ("a float", |text| text.replacen("\"seq\":6", "\"seq\":6.0", 1)),
        ("an unknown key", |text| text.replacen('{', r#"{"a":1,"#, 1)),
        ("no JSON", |text| text.replacen('{', "<", 1)),
    ];
    for (what, rewrite) in rewrites {
        refused(what, with(rewrite), 11, "E_JSON", "seq=6");
    }
}

fn hashed(seq: i64, edit: fn(&mut Value)) -> impl Fn(&Connection) {
    move |connection| {
        edit_record(connection, seq, edit);
        rehash(connection);
    }
}

#[test]
fn clocks_that_run_back() {
    let earlier: fn(&mut Value) = |record| record["time"] = "2026-03-27T02:05:00.000Z".into();
    refused("a day back", hashed(6, earlier), 11, "E_CLOCK", "seq=6");
    let mono: fn(&mut Value) = |record| record["mono_ms"] = 3_600_000.into();
    refused("monotonic", hashed(6, mono), 11, "E_CLOCK", "seq=7");
    let resumed = |connection: &Connection| {
        edit_record(connection, 8, |record| record["time"] = "2026-03-28T01:00:00.000Z".into());
        rehash(connection);
    };
    refused("at the resumption", resumed, 11, "E_CLOCK", "seq=8");
    let forge = Forge::insider()
        .manifest(|manifest| manifest.predicate.window.sealed = "2026-03-28T02:00:00.000Z".into());
    let bytes = forge.seal();
    // The members' time does not follow; it is compared first.
    assert_refused("sealed before the end", &bytes, &strict(), 8, "E_DIGEST", "");
}

#[test]
fn links_that_lead_nowhere() {
    for (what, edit) in [
        ("forwards", (|record| record["prev"] = 5.into()) as fn(&mut Value)),
        ("to itself", |record| record["prev"] = 3.into()),
        ("to the beginning", |record| record["prev"] = 1.into()),
    ] {
        refused(what, hashed(3, edit), 11, "E_ORDER", "seq=3");
    }
    let other: fn(&mut Value) = |record| record["prev"] = 3.into();
    refused("to another endpoint", hashed(5, other), 11, "E_ORDER", "seq=5");
    let run: fn(&mut Value) = |record| record["run_id"] = "0".repeat(32).into();
    refused("to another run", hashed(3, run), 11, "E_ORDER", "seq=3");
    let body: fn(&mut Value) = |record| record["body"]["id"] = 1.into();
    refused("to a body twice", hashed(3, body), 11, "E_ORDER", "seq=3");
    let certificate: fn(&mut Value) = |record| record["tls"]["certificate"] = 9.into();
    let forge = Forge::insider().sql(hashed(2, certificate));
    assert_refused(
        "to no certificate",
        &forge.recount().seal(),
        &strict(),
        13,
        "E_BODY",
        "certificate id=9",
    );
}

#[test]
fn bodies_exchanged_between_bundles() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.sqlite");
    std::fs::write(&path, &Forge::of(&base().other, None).sqlite).unwrap();
    let swap = |columns: &'static str| {
        let path = path.clone();
        move |connection: &Connection| {
            connection.execute("ATTACH ?1 AS other", [path.to_str().unwrap()]).unwrap();
            let sql = format!(
                "UPDATE main.body SET ({columns}) = (SELECT {columns} FROM other.body WHERE id = 1) WHERE id = 1"
            );
            connection.execute(&sql, ()).unwrap();
            connection.execute("DETACH other", ()).unwrap();
        }
    };
    refused("row", swap("body_commit, seed, zstd"), 13, "E_BODY", "id=1");
    refused("seed", swap("seed, zstd"), 13, "E_BODY", "id=1");
}

#[test]
fn bodies_that_are_not_what_was_recorded() {
    for (what, sql, number, code, place) in [
        ("deleted", "DELETE FROM body WHERE id = 2", 12, "E_COUNT", ""),
        (
            "orphan",
            "INSERT INTO body SELECT 9, media, raw_len, sha256, body_commit, segment_rule, segment_ends, seed, dictionary, zstd FROM body WHERE id = 1",
            12,
            "E_COUNT",
            "",
        ),
        ("moved", "UPDATE body SET id = 9 WHERE id = 2", 13, "E_BODY", "id=2"),
        ("hash", "UPDATE body SET sha256 = zeroblob(32) WHERE id = 2", 13, "E_BODY", "id=2"),
        ("no hash", "UPDATE body SET sha256 = NULL WHERE id = 2", 13, "E_BODY", "id=2"),
        ("seed", "UPDATE body SET seed = zeroblob(32) WHERE id = 2", 13, "E_BODY", "id=2"),
        ("commit", "UPDATE body SET body_commit = zeroblob(32) WHERE id = 2", 13, "E_BODY", "id=2"),
        ("length", "UPDATE body SET raw_len = 7 WHERE id = 2", 13, "E_BODY", "id=2"),
        ("media", "UPDATE body SET media = 'text/html' WHERE id = 2", 13, "E_BODY", "id=2"),
        (
            "segments",
            "UPDATE body SET segment_ends = x'0000000000000045' WHERE id = 2",
            13,
            "E_BODY",
            "id=2",
        ),
        (
            "half a segment",
            "UPDATE body SET segment_ends = x'00' WHERE id = 2",
            13,
            "E_BODY",
            "id=2",
        ),
        (
            "cut frame",
            "UPDATE body SET zstd = substr(zstd, 1, length(zstd) - 1) WHERE id = 3",
            13,
            "E_BODY",
            "id=3",
        ),
        (
            "long frame",
            "UPDATE body SET zstd = CAST(zstd || x'00' AS BLOB) WHERE id = 3",
            13,
            "E_BODY",
            "id=3",
        ),
        ("no frame", "UPDATE body SET zstd = NULL WHERE id = 3", 13, "E_BODY", "id=3"),
        ("dictionary", "UPDATE body SET dictionary = 1 WHERE id = 3", 13, "E_BODY", "id=3"),
        (
            "dictionary row",
            "INSERT INTO dictionary VALUES(1, zeroblob(32), x'00')",
            13,
            "E_BODY",
            "",
        ),
        ("certificate", "UPDATE certificate SET der = x'00'", 13, "E_BODY", "certificate id=1"),
        ("no certificate", "DELETE FROM certificate", 13, "E_BODY", "certificate id=1"),
    ] {
        refused(what, run(sql), number, code, place);
    }
}

#[test]
fn a_bomb_is_refused_before_it_unpacks() {
    // 256 MiB of zeros; the row promises the 9,000 bytes that the journal speaks of.
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    for _ in 0..256 {
        std::io::Write::write_all(&mut encoder, &vec![0; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 100_000);
    let plant = |connection: &Connection| {
        connection.execute("UPDATE body SET zstd = ?1 WHERE id = 3", [&bomb]).unwrap();
    };
    refused("bomb", plant, 13, "E_SIZE", "id=3");
    // A promise beyond what a body can have is not even tried.
    let claim = |connection: &Connection| {
        plant(connection);
        connection.execute("UPDATE body SET raw_len = 1 << 40 WHERE id = 3", ()).unwrap();
    };
    refused("claim", claim, 13, "E_BODY", "id=3");
}

#[test]
fn outcomes_that_the_journal_contradicts() {
    let forge = |edit: fn(&mut Value)| Forge::insider().sql(hashed(LAST, edit)).recount();
    let more = forge(|end| end["outcomes"][0]["pages"] = 3.into());
    let skipped = forge(|end| end["outcomes"][2]["state"] = "present".into());
    let counted = forge(|end| end["counts"]["exchanges"] = 3.into());
    for (what, forge) in [("pages", more), ("state", skipped), ("counts", counted)] {
        assert_refused(what, &forge.seal(), &strict(), 12, "E_COUNT", &format!("seq={LAST}"));
    }
    let denied = forge(|end| {
        end["outcomes"][1]["state"] = "denied".into();
        end["outcomes"][1]["pages"] = 0.into();
        end["outcomes"][1]["records"] = 0.into();
    });
    assert_refused("a gap left out", &denied.seal(), &strict(), 12, "E_COUNT", "");
}

#[test]
fn manifests_that_say_more_than_the_journal() {
    type Edit = fn(&mut qualys_sec_inspector::bundle::manifest::Predicate);
    let edits: [(&str, Edit, &str); 14] = [
        ("count", |p| p.journal.count += 1, "E_COUNT"),
        ("root", |p| p.journal.root = "0".repeat(64), "E_ROOT"),
        ("head", |p| p.journal.head = "0".repeat(64), "E_ROOT"),
        ("state", |p| p.completeness.state = CompletenessState::Partial, "E_COUNT"),
        ("endpoint", |p| p.completeness.endpoints[0].state = EndpointState::Empty, "E_COUNT"),
        ("gap", |p| p.completeness.gaps.push("vm/hosts".to_owned()), "E_COUNT"),
        ("started", |p| p.window.started = "2026-03-28T02:00:01.000Z".to_owned(), "E_COUNT"),
        ("resumes", |p| p.window.resumes = 0, "E_COUNT"),
        ("bodies", |p| p.evidence.bodies += 1, "E_COUNT"),
        ("raw bytes", |p| p.evidence.raw_bytes += 1, "E_COUNT"),
        ("removed", |p| p.redaction.removed += 1, "E_COUNT"),
        ("tool", |p| p.tool.version = "9".to_owned(), "E_COUNT"),
        ("platform", |p| p.target.platform = "eu1".to_owned(), "E_COUNT"),
        ("operator", |p| p.operator.name = None, "E_COUNT"),
    ];
    for (what, edit, code) in edits {
        let forge = Forge::insider().manifest(|manifest| edit(&mut manifest.predicate));
        assert_refused(what, &forge.seal(), &strict(), 12, code, "");
    }
    let another = Forge::insider().manifest(|m| m.predicate.run_id = "0".repeat(32));
    assert_refused("run", &another.seal(), &strict(), 11, "E_ORDER", "seq=1");
    let schema = Forge::insider().manifest(|m| m.predicate.evidence.schema = "0".repeat(64));
    assert_refused("schema", &schema.seal(), &strict(), 8, "E_DIGEST", "evidence.sqlite");
}
