//! Judges how applications are looked after: schedules, owners and tags, logins, discovered sites.

use super::read::{App, AuthRecord, Cover};
use crate::analyzers::measure::{days, plural, rfc3339};
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::Known::{Known as Is, Unknown};
use crate::finding::{Known, Resource, Span};

/// C15-03: no schedule for vulnerability scans covers it.
pub(super) fn judge_schedules(
    facts: &Facts<'_>,
    apps: &[App],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C15-03";
    let bodies = facts.bodies("was/schedules")?;
    let (by_tag, untold) =
        facts.model.query_row(sql!("controls/15_web_apps/targets"), [], |row| {
            Ok((count(row, "by_tag")?, count(row, "untold")?))
        })?;
    for app in apps {
        let is_left_out = match app.cover {
            Cover::Surely => Is(false),
            Cover::Perhaps => {
                Unknown("whether a schedule is on, or whom it scans, was not said".to_owned())
            }
            Cover::Not if untold > 0 => Unknown("a schedule does not say whom it scans".to_owned()),
            Cover::Not if by_tag > 0 && app.tags != Some(app.listed_tags) => Unknown(
                "schedules go by tag, and not all tags of an application were named \
                 (was/web-app-details)"
                    .to_owned(),
            ),
            Cover::Not => Is(true),
        };
        verdicts.settle(CHECK, is_left_out, || {
            app.violation(CHECK, format!("{} has no schedule", app.name))
                .fact("tags", app.tags)
                .evidence(bodies.iter().cloned())
        });
    }
    Ok(())
}

/// C15-10.
pub(super) fn judge_names(apps: &[App], verdicts: &mut Verdicts) {
    const CHECK: &str = "C15-10";
    for app in apps {
        let untagged = app.tags.map(|tags| tags == 0);
        let is_bare = match (app.owned, untagged) {
            (false, _) | (true, Some(true)) => Is(true),
            (true, Some(false)) => Is(false),
            (true, None) => Unknown("the tags of an application were not listed".to_owned()),
        };
        verdicts.settle(CHECK, is_bare, || {
            let what = match (app.owned, untagged) {
                (true, _) => "no tag",
                (false, Some(true)) => "no owner and no tag",
                (false, _) => "no owner",
            };
            app.violation(CHECK, format!("{} has {what}", app.name))
                .fact("owner", app.owned)
                .fact("tags", app.tags)
        });
    }
}

/// C15-06: records that an application uses.
pub(super) fn judge_records(
    facts: &Facts<'_>,
    apps: &[App],
    records: &[AuthRecord],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C15-06";
    let limit = facts.profile.c15.auth_unchanged_days;
    let unnamed = apps.iter().any(|app| app.records.is_none_or(|all| all > app.listed_records));
    let unlisted =
        facts.model.query_row(sql!("controls/15_web_apps/unlisted_records"), [], |row| {
            count(row, "records")
        })?;
    verdicts.subjects(CHECK, unlisted);
    verdicts.unknown(CHECK, unlisted, "a record in use is not in the list of records");
    for one in records {
        let age = match one.updated {
            Some(time) => facts.age(time, one.received),
            None => Unknown("when a record was changed was not said".to_owned()),
        };
        let is_old = match &age {
            Is(age) => Is(Facts::breaks(*age, limit)),
            Unknown(reason) => Unknown(reason.clone()),
        };
        let is_old = match (one.apps, is_old) {
            (1.., is_old) => is_old,
            (0, Is(false)) => continue,
            (0, _) if unnamed => Unknown(
                "which records an application uses was not said (was/web-app-details)".to_owned(),
            ),
            (0, _) => continue,
        };
        verdicts.settle(CHECK, is_old, || {
            let resource = Resource::new("auth_record", format!("was/{}", one.id)).named(&one.name);
            let since = if let Is(age) = age { days(age) } else { String::new() };
            let message = format!("Record {} was not changed for {since}", one.name);
            Violation::new(CHECK, resource, message)
                .fact("updated", one.updated.map(rfc3339))
                .fact("applications", one.apps)
                .fact("limit_days", limit)
                .evidence([one.span.clone()])
        });
    }
    Ok(())
}

struct Site {
    id: i64,
    name: Option<String>,
    is_new: bool,
    created: Option<i64>,
    received: i64,
    span: Span,
}

/// C15-08: discovered sites on which nobody decided; how many there are.
pub(super) fn judge_catalog(
    facts: &Facts<'_>,
    verdicts: &mut Verdicts,
) -> Result<u64, AnalyzeError> {
    const CHECK: &str = "C15-08";
    let limit = facts.profile.c15.catalog_days;
    let sites = collect(facts, sql!("controls/15_web_apps/catalog"), [], |row| {
        let id = row.get("id")?;
        Ok(Site {
            id,
            name: row.get("site")?,
            is_new: row.get::<_, Option<String>>("status")?.is_some(),
            created: row.get("created")?,
            received: row.get("received")?,
            span: record(row, id)?,
        })
    })?;
    let total = facts
        .model
        .query_row(sql!("controls/15_web_apps/catalog_total"), [], |row| count(row, "sites"))?;
    let backlog = sites.iter().filter(|site| site.is_new).count() as u64;
    // Sites on which somebody decided are healthy subjects.
    verdicts.subjects(CHECK, total.saturating_sub(sites.len() as u64));
    for site in sites {
        let age = match site.created {
            Some(time) => facts.age(time, site.received),
            None => Unknown("when a site was discovered was not said".to_owned()),
        };
        let is_late = match (&age, site.is_new) {
            (Is(age), _) if !Facts::breaks(*age, limit) => Is(false),
            (_, false) => Unknown("the state of a discovered site was not said".to_owned()),
            (Is(_), true) => Is(true),
            (Unknown(reason), true) => Unknown(reason.clone()),
        };
        verdicts.settle(CHECK, is_late, || late(&site, &age, limit, backlog));
    }
    if total == 0 {
        let reason = "no site was discovered that is not a web application";
        verdicts.decide(CHECK, Decision::NotApplicable, reason);
    }
    Ok(backlog)
}

fn late(site: &Site, age: &Known<i64>, limit: i64, backlog: u64) -> Violation {
    let name = site.name.clone().unwrap_or_else(|| format!("Site {}", site.id));
    let since = if let Is(age) = age { days(*age) } else { String::new() };
    let waiting = plural(backlog, "discovered site", "discovered sites");
    let message = format!("{name} awaits a decision for {since}; {waiting} in all");
    Violation::new("C15-08", Resource::new("catalog", site.id).named(&name), message)
        .fact("created", site.created.map(rfc3339))
        .fact("waiting", backlog)
        .fact("limit_days", limit)
        .evidence([site.span.clone()])
}
