//! Lays out what the statements of control 8 work on: the profile's map of types, hosts, who serves whom.

use rusqlite::{named_params, params};

use crate::analyzers::binding::DAY;
use crate::analyzers::rows::{collect, count};
use crate::analyzers::{AnalyzeError, Facts, Reach};

/// Families that a Unix record logs in to; the map's entry `unix` stands for those that it does
/// not name (Qualys guide to authentication records).
const UNIX_LIKE: [&str; 3] = ["aix", "macos", "solaris"];

/// What is counted over all hosts.
pub(super) struct Totals {
    /// Scanned within the window.
    pub recent: u64,
    /// Scanned, without a live agent, and of no family that is told.
    pub nameless: u64,
    /// With an authentication method that names an account.
    pub named: u64,
    /// With one that says that nobody logged in.
    pub anonymous: u64,
    /// Whether any host shows tags.
    pub tags_seen: bool,
}

pub(super) fn prepare(facts: &Facts<'_>) -> Result<Totals, AnalyzeError> {
    let model = facts.model;
    model.execute_batch(sql!("controls/08_auth_records/prepare"))?;
    for (family, types) in families(facts) {
        for entry in types {
            let (kind, sub_type) = entry
                .split_once(':')
                .map_or((entry.as_str(), None), |(kind, sub_type)| (kind, Some(sub_type)));
            let mut insert = model.prepare_cached("INSERT INTO login_type VALUES (?1, ?2, ?3)")?;
            insert.execute(params![family, kind, sub_type])?;
        }
    }
    let limits = &facts.profile.c08;
    let found = collect(facts, sql!("controls/08_auth_records/login_qids"), [], |row| {
        Ok((row.get::<_, i64>("qid")?, row.get::<_, Option<String>>("title")?))
    })?;
    for (qid, title) in found {
        let is_failure = title.map_or_else(
            || limits.fail_qids.contains(&qid),
            |title| limits.fail_title_pattern.as_ref().is_some_and(|one| one.is_match(&title)),
        );
        if is_failure {
            model.execute("INSERT INTO failed_login VALUES (?1)", params![qid])?;
        }
    }
    let dated: bool =
        model.query_row(sql!("controls/08_auth_records/dated"), [], |row| row.get("dated"))?;
    model.execute(
        sql!("controls/08_auth_records/hosts"),
        named_params! {
            ":dated": dated,
            ":portal": facts.reach("am/host-assets") == Reach::Whole,
            ":window": window(facts),
        },
    )?;
    model.execute_batch(sql!("controls/08_auth_records/pairs"))?;
    model.execute_batch(sql!("controls/08_auth_records/known"))?;
    Ok(model.query_row(sql!("controls/08_auth_records/totals"), [], |row| {
        Ok(Totals {
            recent: count(row, "recent")?,
            nameless: count(row, "nameless")?,
            named: count(row, "named")?,
            anonymous: count(row, "anonymous")?,
            tags_seen: row.get("tags_seen")?,
        })
    })?)
}

/// Each family with the types of records that log in to it, as `type` or `type:sub-type`.
pub(super) fn families<'a>(facts: &'a Facts<'_>) -> Vec<(&'a str, &'a [String])> {
    let map = &facts.profile.c08.type_map;
    let named: Vec<(&str, &[String])> = map.families().collect();
    let is_unnamed = |family: &&str| named.iter().all(|(other, _)| other != family);
    let unnamed = UNIX_LIKE.into_iter().filter(is_unnamed);
    let like_unix: Vec<_> = unnamed.map(|family| (family, map.of("unix"))).collect();
    named.into_iter().chain(like_unix).collect()
}

/// How far back a scan or a login counts, seconds.
pub(super) fn window(facts: &Facts<'_>) -> i64 {
    facts.profile.c02.window_days.saturating_mul(DAY)
}
