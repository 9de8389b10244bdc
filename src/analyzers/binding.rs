//! Puts the profile's limits where the views of `sql/views.sql` read them.

use rusqlite::{named_params, params};

use super::facts::PORTAL;
use super::{AnalyzeError, Facts, Reach};
use crate::profile::{KernelPolicy, SeveritySource, SlaClock};

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// How far behind its response a time may lie in the future: one day, as clocks and time zones err.
const SKEW: i64 = DAY;

/// Bytes of single records that one finding points at; its facts say how many there are.
pub(super) const SPANS: usize = 5;

/// Fills `setting`, `sla` and `ignored_group`. Each judge does so before it reads a view.
pub(super) fn bind(facts: &Facts<'_>) -> Result<(), AnalyzeError> {
    let profile = facts.profile;
    let sla = &profile.sla;
    // Least score of each class: of CVSS in tenths (CVSS v3 qualitative scale), of QDS as Qualys
    // ranks it. The Qualys severity is its own scale and needs none.
    let [critical, high, medium, low] = match sla.severity_source {
        SeveritySource::Qualys => [5, 4, 3, 2],
        SeveritySource::Cvss3 | SeveritySource::Qds => [90, 70, 40, 1],
    };
    let model = facts.model;
    model.execute_batch("DELETE FROM setting; DELETE FROM sla; DELETE FROM ignored_group")?;
    model.execute(
        "INSERT INTO setting VALUES (:as_of, :skew, :silence, :source, :critical, :high, :medium, \
         :low, :kernels_apart, :reopened_clock, :potential, :portal_read)",
        named_params! {
            ":as_of": facts.as_of,
            ":skew": SKEW,
            ":silence": profile.c07.stale_checkin_days.saturating_mul(DAY),
            ":source": sla.severity_source.word(),
            ":critical": critical,
            ":high": high,
            ":medium": medium,
            ":low": low,
            ":kernels_apart": sla.kernel_policy != KernelPolicy::All,
            ":reopened_clock": sla.clock == SlaClock::LastReopened,
            ":potential": sla.include_potential,
            ":portal_read": facts.reach(PORTAL) == Reach::Whole,
        },
    )?;
    let limits = [
        ("critical", Some(sla.critical)),
        ("high", Some(sla.high)),
        ("medium", Some(sla.medium)),
        ("low", sla.low),
    ];
    for (class, days) in limits {
        if let Some(days) = days {
            let span = days.saturating_mul(DAY);
            model.execute("INSERT INTO sla VALUES (?1, ?2)", params![class, span])?;
        }
    }
    for title in &profile.scope.ignore_asset_groups {
        model.execute("INSERT OR IGNORE INTO ignored_group VALUES (?1)", params![title])?;
    }
    Ok(())
}

/// Makes `open_detection` (`sql/open.sql`), which controls 10, 11 and 17 share, if none of them has
/// made it; behind [`bind`].
pub(super) fn sort_detections(facts: &Facts<'_>) -> Result<(), AnalyzeError> {
    let made = "SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = 'open_detection')";
    if !facts.model.query_row(made, [], |row| row.get::<_, bool>(0))? {
        facts.model.execute_batch(sql!("open"))?;
    }
    Ok(())
}

/// Makes `tag_state` (`sql/tags.sql`), which controls 4 and 18 share.
pub(super) fn sort_tags(facts: &Facts<'_>) -> Result<(), AnalyzeError> {
    facts.model.execute_batch(sql!("tags"))?;
    Ok(())
}
