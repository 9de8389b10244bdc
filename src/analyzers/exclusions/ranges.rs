//! Judges each excluded range, and how much all of them take away.

use super::estate::{Estate, Excluded, History, range};
use crate::address::{Family, Set};
use crate::analyzers::measure::{Held, at_most, day, limit, percent, plural, rfc3339};
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Severity, Span};

/// Addresses of an IPv6 /64, the block of one link.
const LINK: u128 = 1 << 64;

/// Characters of the shortest comment that can say something (`controls.md`, control 16).
const WORDS: usize = 10;

pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let bodies = facts.bodies("vm/excluded-ip-history")?;
    for excluded in &estate.ranges {
        let history = estate.history(excluded.range);
        judge_size(facts, estate, excluded, verdicts);
        judge_end(facts, estate, excluded, verdicts);
        judge_reason(facts, estate, excluded, &history, &bodies, verdicts);
        judge_age(facts, estate, excluded, &history, verdicts);
    }
    Ok(())
}

/// How many IPv4 addresses; the space of four billion networks saturates.
fn addresses(count: u128) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// How many, where every reader of JSON holds the number exactly.
fn told(count: u128) -> Option<u64> {
    u64::try_from(count).ok().filter(|count| *count <= 1 << 53)
}

/// C16-01: not too wide.
fn judge_size(facts: &Facts<'_>, estate: &Estate, excluded: &Excluded, verdicts: &mut Verdicts) {
    const CHECK: &str = "C16-01";
    let most = facts.profile.c16.max_range;
    let count = excluded.range.count();
    let allowed = match excluded.range.family() {
        Family::V4 => u128::from(most.unsigned_abs()),
        Family::V6 => LINK,
    };
    verdicts.settle(CHECK, Known::Known(count > allowed), || {
        let message = match excluded.range.family() {
            Family::V4 => format!(
                "{} excludes {count} addresses from all scans; the limit is {most}",
                excluded.range
            ),
            Family::V6 => format!("{} excludes more than a /64 from all scans", excluded.range),
        };
        Violation::new(CHECK, excluded.resource(), message)
            .severity(estate.severity(facts, excluded.range, Severity::High))
            .fact("addresses", told(count))
            .fact("limit", most)
            .evidence([excluded.span.clone()])
    });
}

/// C16-03: with an end.
fn judge_end(facts: &Facts<'_>, estate: &Estate, excluded: &Excluded, verdicts: &mut Verdicts) {
    const CHECK: &str = "C16-03";
    if !facts.profile.c16.require_expiry {
        return;
    }
    verdicts.settle(CHECK, Known::Known(excluded.expires.is_none()), || {
        let message = format!("{} is excluded without an end", excluded.range);
        Violation::new(CHECK, excluded.resource(), message)
            .severity(estate.severity(facts, excluded.range, Severity::Medium))
            .fact("addresses", told(excluded.range.count()))
            .evidence([excluded.span.clone()])
    });
}

/// C16-04: with a reason.
fn judge_reason(
    facts: &Facts<'_>,
    estate: &Estate,
    excluded: &Excluded,
    history: &History<'_>,
    bodies: &[Span],
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C16-04";
    let junk = facts.profile.c16.junk_comments.as_ref();
    let says_nothing = |comment: Option<&str>| {
        comment.is_none_or(|comment| {
            comment.chars().count() < WORDS || junk.is_some_and(|junk| junk.is_match(comment))
        })
    };
    let poor: Vec<_> =
        history.events.iter().filter(|event| says_nothing(event.comment.as_deref())).collect();
    let is_unexplained = history.is_open || !poor.is_empty();
    verdicts.settle(CHECK, Known::Known(is_unexplained), || {
        let message = if history.events.is_empty() {
            format!("{} is excluded, and the history does not say why", excluded.range)
        } else {
            format!("{} is excluded without a usable reason", excluded.range)
        };
        Violation::new(CHECK, excluded.resource(), message)
            .severity(estate.severity(facts, excluded.range, Severity::Medium))
            .fact(
                "comment_characters",
                poor.iter().map(|event| characters(event.comment.as_deref())).min(),
            )
            .fact("user", poor.first().and_then(|event| event.login.clone()))
            .fact("without_history", history.is_open)
            .evidence([excluded.span.clone()])
            .evidence(poor.iter().map(|event| event.span.clone()))
            .evidence(bodies.iter().filter(|_| history.is_open).cloned())
    });
}

fn characters(comment: Option<&str>) -> usize {
    comment.map_or(0, |comment| comment.chars().count())
}

/// C16-05: not older than a review.
fn judge_age(
    facts: &Facts<'_>,
    estate: &Estate,
    excluded: &Excluded,
    history: &History<'_>,
    verdicts: &mut Verdicts,
) {
    const CHECK: &str = "C16-05";
    let most = facts.profile.c16.review_days;
    let mut unknown = history.is_open;
    let mut old = None;
    for event in &history.events {
        match event.time.map(|time| facts.age(time, event.received)) {
            Some(Known::Known(age)) if Facts::breaks(age, most) => old = Some(*event),
            Some(Known::Known(_)) => {}
            Some(Known::Unknown(_)) | None => unknown = true,
        }
    }
    let is_old = match (&old, unknown) {
        (Some(_), _) => Known::Known(true),
        (None, true) => {
            Known::Unknown("the history does not say when all of it was excluded".to_owned())
        }
        (None, false) => Known::Known(false),
    };
    verdicts.settle(CHECK, is_old, || {
        let since = old.and_then(|event| event.time);
        let message = format!(
            "{} is excluded since {}; a review is due after {}",
            excluded.range,
            since.map_or("unknown".to_owned(), day),
            plural(most.unsigned_abs(), "day", "days")
        );
        Violation::new(CHECK, excluded.resource(), message)
            .severity(estate.severity(facts, excluded.range, Severity::Low))
            .fact("excluded", since.map(rfc3339))
            .fact("user", old.and_then(|event| event.login.clone()))
            .fact("limit_days", most)
            .evidence([excluded.span.clone()])
            .evidence(old.map(|event| event.span.clone()))
    });
}

/// How much of the subscription is excluded. IPv6 is counted in hosts alone.
pub(super) struct Share {
    pub hidden: u64,
    /// Addresses that are excluded in some network, where nothing says of which network they are.
    pub unsure: u64,
    pub all: u64,
}

pub(super) fn share(estate: &Estate) -> Share {
    let subscribed = estate.subscribed.only(Family::V4);
    let hidden = subscribed.intersection(&estate.excluded);
    let anywhere = if estate.names_networks() {
        Set::new()
    } else {
        subscribed.intersection(&estate.excluded.moved(0)).difference(&hidden)
    };
    Share {
        hidden: addresses(hidden.count()),
        unsure: addresses(anywhere.count()),
        all: addresses(subscribed.count()),
    }
}

struct Group {
    id: i64,
    title: String,
    /// It holds something that has no address here.
    named: bool,
    ranges: Set,
    span: Span,
}

/// C16-02: not too much of the estate, and no whole group.
pub(super) fn judge_share(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-02";
    let Share { hidden, unsure, all } = share(estate);
    let most = facts.profile.c16.max_total_share;
    if let Some(held) = at_most(most, hidden, unsure, all) {
        let is_over = match held {
            Held::Inside => Known::Known(false),
            Held::Outside => Known::Known(true),
            Held::Unknown => Known::Unknown(
                "the list of addresses does not say of which networks they are (vm/ips), and \
                 addresses of several networks are excluded"
                    .to_owned(),
            ),
        };
        verdicts.settle(CHECK, is_over, || {
            let message = format!(
                "{} of {} are excluded from all scans; the limit is {}",
                percent(hidden, all),
                plural(all, "address", "addresses"),
                limit(most)
            );
            Violation::new(CHECK, Resource::subscription(), message)
                .fact("excluded_addresses", hidden)
                .fact("addresses", all)
                .fact("limit", most.as_f64())
                .evidence(
                    estate
                        .ranges
                        .iter()
                        .take(crate::analyzers::binding::SPANS)
                        .map(|one| one.span.clone()),
                )
        });
    }
    for group in groups(facts)? {
        let is_gone = !group.named
            && !group.ranges.is_empty()
            && group.ranges.difference(&estate.excluded).is_empty();
        verdicts.settle(CHECK, Known::Known(is_gone), || {
            let holding = estate.ranges.iter().filter(|excluded| {
                group.ranges.intersects(&[excluded.range].into_iter().collect())
            });
            let count = told(group.ranges.count());
            let message = format!(
                "All of asset group \"{}\" ({}) is excluded from all scans",
                group.title,
                count.map_or("more addresses than can be told".to_owned(), |count| {
                    plural(count, "address", "addresses")
                })
            );
            Violation::new(
                CHECK,
                Resource::new("asset_group", group.id).named(&group.title),
                message,
            )
            .fact("addresses", count)
            .evidence([group.span.clone()])
            .evidence(holding.map(|excluded| excluded.span.clone()))
        });
    }
    Ok(())
}

fn groups(facts: &Facts<'_>) -> Result<Vec<Group>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/16_exclusions/groups"), [], |row| {
        let id: i64 = row.get("id")?;
        let group =
            (id, row.get::<_, String>("title")?, row.get::<_, bool>("named")?, record(row, id)?);
        Ok((group, range(row)?))
    })?;
    let mut groups = Vec::new();
    for parts in rows.chunk_by(|((a, ..), _), ((b, ..), _)| a == b) {
        let Some(((id, title, named, span), _)) = parts.first() else { continue };
        groups.push(Group {
            id: *id,
            title: title.clone(),
            named: *named,
            ranges: parts.iter().filter_map(|(_, range)| *range).collect(),
            span: span.clone(),
        });
    }
    Ok(groups)
}
