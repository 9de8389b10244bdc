//! Judges controls of file integrity: where the hash that they expect comes from.

use rusqlite::Row;

use super::last_scan;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::rfc3339;
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

/// What an expected value says while the scan is to bring it (release 8.10.1).
const LITERAL: &str = "USE_SCAN_VALUE";

/// How many of the technologies of all controls expect what.
#[derive(Clone, Copy, Default)]
pub(super) struct Modes {
    pub scanned: u64,
    pub literal: u64,
    pub fixed: u64,
    pub unsaid: u64,
}

/// A technology of a control, in the library or as a policy has it.
struct Copied {
    control: i64,
    technology: i64,
    name: Option<String>,
    /// The policy whose copy it is; `None`: the library.
    policy: Option<i64>,
    is_export: bool,
    is_literal: bool,
    /// The option `USE_SCAN_VALUE`; older answers do not have it.
    takes_scan: Option<bool>,
    /// Whether an active policy has it, of a copy the own one: `Unknown` of one that may be active.
    used: Known<bool>,
    created: Option<i64>,
    span: Span,
}

pub(super) fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<Modes, AnalyzeError> {
    let copies = collect(facts, sql!("controls/09_policy_assignment/integrity"), [], read)?;
    let renewal = Renewal::read(facts)?;
    let last_scan = last_scan(facts)?;
    let mut modes = Modes::default();
    for copies in copies.chunk_by(|a, b| (a.control, a.technology) == (b.control, b.technology)) {
        let Some(first) = copies.first() else { continue };
        let one = Pair { first, copies };
        one.count(&mut modes);
        one.judge_literal(verdicts);
        one.judge_baseline(facts, &renewal, verdicts);
        one.judge_capture(last_scan, verdicts);
    }
    Ok(modes)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Copied> {
    let control = row.get("id")?;
    let value: Option<String> = row.get("default_value")?;
    Ok(Copied {
        control,
        technology: row.get("technology_id")?,
        name: row.get("name")?,
        policy: row.get("policy_id")?,
        is_export: row.get::<_, String>("source")? == "export",
        is_literal: value.is_some_and(|value| value.trim() == LITERAL),
        takes_scan: row.get("use_scan_value")?,
        used: match row.get::<_, Option<i64>>("used")? {
            Some(1) => Known::Known(true),
            Some(_) => {
                Known::Unknown("whether the policy of a control is active was not said".to_owned())
            }
            None => Known::Known(false),
        },
        created: row.get("created")?,
        span: record(row, control)?,
    })
}

/// A control on one technology, wherever it stands.
struct Pair<'a> {
    first: &'a Copied,
    copies: &'a [Copied],
}

impl Pair<'_> {
    fn violation(&self, check: &'static str, message: String) -> Violation {
        let (control, technology) = (self.first.control, self.first.technology);
        let resource = Resource::new("control", control).told_apart(technology.to_string());
        let policies: Vec<i64> = self.copies.iter().filter_map(|copy| copy.policy).collect();
        Violation::new(check, resource, message)
            .fact("technology", self.first.name.clone())
            .fact("policies", policies)
    }

    fn name(&self) -> String {
        let technology = self.first.name.clone();
        technology.unwrap_or_else(|| format!("technology {}", self.first.technology))
    }

    /// The option of the pair: on if any copy has it on.
    fn takes_scan(&self) -> Option<bool> {
        self.copies.iter().filter_map(|copy| copy.takes_scan).max()
    }

    fn count(&self, modes: &mut Modes) {
        let is_literal = self.copies.iter().any(|copy| copy.is_literal);
        match (self.takes_scan(), is_literal) {
            (Some(true), _) => modes.scanned += 1,
            (Some(false), true) => modes.literal += 1,
            (None, true) => modes.unsaid += 1,
            (_, false) => modes.fixed += 1,
        }
    }

    /// C09-09: the literal text without the option.
    fn judge_literal(&self, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-09";
        let wrong =
            || self.copies.iter().filter(|copy| copy.is_literal && copy.takes_scan == Some(false));
        let is_unsaid = self.copies.iter().any(|copy| copy.is_literal && copy.takes_scan.is_none());
        let is_wrong = if wrong().next().is_some() {
            Known::Known(true)
        } else if is_unsaid && self.takes_scan() != Some(true) {
            let reason = "the answer is older than release 8.10.1 and does not show the option";
            Known::Unknown(reason.to_owned())
        } else {
            Known::Known(false)
        };
        verdicts.settle(CHECK, is_wrong, || {
            let message = format!(
                "Control {} on {} expects the text {LITERAL}, but the option is off",
                self.first.control,
                self.name()
            );
            self.violation(CHECK, message)
                .evidence(wrong().take(SPANS).map(|copy| copy.span.clone()))
        });
    }

    /// C09-10: a baseline that a scan may renew.
    fn judge_baseline(&self, facts: &Facts<'_>, renewal: &Renewal, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-10";
        let allowed = &facts.profile.c09.allow_self_baseline;
        // The copy of a policy that is not active takes nothing.
        let used = || self.copies.iter().filter(|copy| copy.used != Known::Known(false));
        if used().next().is_none() || allowed.contains(&self.first.control) {
            return;
        }
        let on = || used().filter(|copy| copy.takes_scan == Some(true));
        let first_on = on().find(|copy| copy.used == Known::Known(true)).or(on().next());
        let is_unsaid = used().all(|copy| copy.takes_scan.is_none());
        let renews = match first_on {
            Some(_) if renewal.is_off => Known::Known(false),
            Some(copy) => copy.used.clone(),
            None if is_unsaid && used().any(|copy| copy.is_literal) => {
                let reason = "the answer is older than release 8.10.1 and does not show the option";
                Known::Unknown(reason.to_owned())
            }
            None => Known::Known(false),
        };
        verdicts.settle(CHECK, renews, || {
            let message = format!(
                "Control {} on {} takes its expected hash from the scan, so a change can become \
                 its own baseline",
                self.first.control,
                self.name()
            );
            self.violation(CHECK, message)
                .fact("renewing_profiles", renewal.titles.clone())
                .evidence(on().take(SPANS).map(|copy| copy.span.clone()))
                .evidence(renewal.spans.iter().take(SPANS).cloned())
        });
    }

    /// C09-11: a baseline that no scan brought.
    fn judge_capture(&self, last_scan: Option<i64>, verdicts: &mut Verdicts) {
        const CHECK: &str = "C09-11";
        let takes =
            |copy: &&Copied| copy.is_export && copy.takes_scan.or(self.takes_scan()) == Some(true);
        let exported: Vec<&Copied> = self.copies.iter().filter(takes).collect();
        if exported.is_empty() {
            return;
        }
        let waiting: Vec<&Copied> = exported.into_iter().filter(|copy| copy.is_literal).collect();
        let is_missed = match (waiting.is_empty(), last_scan, self.first.created) {
            (true, _, _) | (false, None, _) => Known::Known(false),
            (false, Some(scan), Some(created)) => Known::Known(scan > created),
            (false, Some(_), None) => {
                Known::Unknown("the day on which a control was made is not shown".to_owned())
            }
        };
        verdicts.settle(CHECK, is_missed, || {
            let message = format!(
                "Control {} on {} never captured a baseline",
                self.first.control,
                self.name()
            );
            self.violation(CHECK, message)
                .fact("created", self.first.created.map(rfc3339))
                .fact("last_compliance_scan", last_scan.map(rfc3339))
                .evidence(waiting.iter().take(SPANS).map(|copy| copy.span.clone()))
        });
    }
}

/// Whether scans renew expected values.
struct Renewal {
    /// Every compliance profile says that it does not.
    is_off: bool,
    /// Those that do, or do not say.
    titles: Vec<String>,
    spans: Vec<Span>,
}

impl Renewal {
    fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let profiles = collect(facts, sql!("controls/09_policy_assignment/profiles"), [], |row| {
            let title: String = row.get("title")?;
            Ok((title, row.get::<_, Option<bool>>("auto_update")?, record(row, row.get("id")?)?))
        })?;
        let mut renewal =
            Self { is_off: !profiles.is_empty(), titles: Vec::new(), spans: Vec::new() };
        for (title, auto_update, span) in profiles {
            if auto_update != Some(false) {
                renewal.is_off = false;
                renewal.titles.push(title);
                renewal.spans.push(span);
            }
        }
        Ok(renewal)
    }
}
