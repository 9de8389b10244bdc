//! Reads the log line by line and judges who did sensitive things, from where.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::log::Summary;
use crate::analyzers::binding::{DAY, SPANS};
use crate::analyzers::measure::{plural, rfc3339};
use crate::analyzers::{AnalyzeError, Decision, Facts, Verdicts, Violation};
use crate::finding::{Known, Resource, Severity, Span};
use crate::profile::{Attestation, SensitiveActions};

/// Lines of one kind; only the last few are kept by their bytes.
#[derive(Default)]
pub(super) struct Lines {
    pub count: u64,
    pub unreviewed: u64,
    pub first: Option<i64>,
    pub last: Option<i64>,
    pub spans: Vec<Span>,
}

impl Lines {
    fn add(&mut self, event: &Event, is_unreviewed: bool) {
        self.count += 1;
        self.unreviewed += u64::from(is_unreviewed);
        self.first = self.first.or(event.time);
        self.last = event.time.or(self.last);
        if self.spans.len() == SPANS {
            self.spans.remove(0);
        }
        self.spans.push(event.span.clone());
    }
}

/// One line of the log.
pub(super) struct Event {
    pub time: Option<i64>,
    pub action: String,
    pub details: String,
    pub login: Option<String>,
    pub ip: Option<String>,
    /// Whether its actor is a user of today.
    pub known: bool,
    pub span: Span,
}

/// What the lines of the log come to.
#[derive(Default)]
pub(super) struct Deeds {
    /// By actor and class.
    pub sensitive: BTreeMap<(String, String), Lines>,
    /// Sensitive lines of actors who are no users of today.
    pub strangers: BTreeMap<String, Lines>,
    /// Logins and sensitive lines by actor and address; empty where the line has none.
    pub origins: BTreeMap<(String, String), Lines>,
    /// Who became a Manager, by whom.
    pub grants: BTreeMap<(String, String), Lines>,
    pub by_class: BTreeMap<String, u64>,
    pub unclassified: u64,
}

/// An actor that a line does not name, as lines of the system itself.
const UNNAMED: &str = "unnamed";

impl Deeds {
    pub(super) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let built_in;
        let rules = if let Some(rules) = &facts.inputs.sensitive_actions {
            rules
        } else {
            built_in = SensitiveActions::built_in()
                .map_err(|error| AnalyzeError::Fact(error.to_string()))?;
            &built_in
        };
        let logins = super::grant::logins(facts)?;
        let reviews: Vec<&Attestation> =
            facts.inputs.attestations.iter().flat_map(|all| all.of(19)).collect();
        let has_reviews = facts.inputs.attestations.is_some();
        let due = facts.as_of - facts.profile.c19.review_days.saturating_mul(DAY);
        let mut deeds = Self::default();
        let mut statement = facts.model.prepare(sql!("controls/19_activity_log/events"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |column: &str| {
                Ok::<_, rusqlite::Error>(row.get::<_, Option<String>>(column)?.unwrap_or_default())
            };
            let (module, details) = (text("module")?, text("details")?);
            let event = Event {
                time: row.get("time")?,
                action: text("action")?,
                details,
                login: row.get("login")?,
                ip: row.get("ip")?,
                known: row.get("known")?,
                span: Span::part(row.get("response")?, row.get("offset")?, row.get("length")?),
            };
            let is_unreviewed = has_reviews
                && event.time.is_none_or(|time| {
                    let covers =
                        |one: &&Attestation| one.reviewed_from <= time && time <= one.reviewed_to;
                    time < due && !reviews.iter().any(covers)
                });
            let class = rules.class(&event.action, &module, &event.details);
            deeds.add(&event, class, is_unreviewed, &logins);
        }
        Ok(deeds)
    }

    fn add(
        &mut self,
        event: &Event,
        class: Option<&str>,
        is_unreviewed: bool,
        logins: &BTreeSet<String>,
    ) {
        let actor = event.login.clone().unwrap_or_else(|| UNNAMED.to_owned());
        let is_login = event.action.eq_ignore_ascii_case("login");
        if class.is_none() && !is_login {
            self.unclassified += 1;
            return;
        }
        if event.login.is_some() {
            let address = event.ip.clone().unwrap_or_default();
            let origin = self.origins.entry((actor.clone(), address)).or_default();
            origin.add(event, is_unreviewed);
        }
        let Some(class) = class else { return };
        *self.by_class.entry(class.to_owned()).or_default() += 1;
        if event.login.is_some() && !event.known {
            self.strangers.entry(actor.clone()).or_default().add(event, is_unreviewed);
        }
        if let Some(user) = super::grant::granted(event, class, logins) {
            self.grants.entry((user, actor.clone())).or_default().add(event, is_unreviewed);
        }
        let lines = self.sensitive.entry((actor, class.to_owned())).or_default();
        lines.add(event, is_unreviewed);
    }
}

pub(super) fn judge(facts: &Facts<'_>, summary: &Summary, deeds: &Deeds, verdicts: &mut Verdicts) {
    verdicts.subjects("C19-04", summary.actors);
    for ((actor, class), lines) in &deeds.sensitive {
        let actions = plural(lines.count, "action", "actions");
        let message = format!("{actor} did {actions} of class {class}");
        let resource = Resource::new("actor", actor).told_apart(class);
        let severity = if lines.unreviewed > 0 { Severity::Medium } else { Severity::Info };
        verdicts.violation(
            described(Violation::new("C19-04", resource, message), lines)
                .severity(severity)
                .fact("class", class.as_str())
                .fact("unreviewed", lines.unreviewed),
        );
    }
    verdicts.subjects("C19-08", summary.actors);
    for (actor, lines) in &deeds.strangers {
        let message = format!("{actor} did sensitive things and is not a current user");
        verdicts.violation(described(
            Violation::new("C19-08", Resource::new("actor", actor), message),
            lines,
        ));
    }
    judge_origins(facts, deeds, verdicts);
}

/// C19-09: where logins and sensitive actions came from.
fn judge_origins(facts: &Facts<'_>, deeds: &Deeds, verdicts: &mut Verdicts) {
    const CHECK: &str = "C19-09";
    let allowed = &facts.profile.c19.allowed_cidrs;
    if allowed.is_empty() {
        let reason = "c19.allowed_cidrs names no address block to compare with; set it to the \
                      organisation's own";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return;
    }
    for ((actor, ip), lines) in &deeds.origins {
        let is_outside = match ip.trim().parse::<IpAddr>() {
            Err(_) => Known::Unknown("the line names no address".to_owned()),
            Ok(address) => Known::Known(!allowed.iter().any(|block| block.0.contains(&address))),
        };
        verdicts.settle(CHECK, is_outside, || {
            let message = format!("{actor} logged in or acted from {ip}");
            let resource = Resource::new("actor", actor).told_apart(ip);
            described(Violation::new(CHECK, resource, message), lines).fact("ip", ip.as_str())
        });
    }
}

pub(super) fn described(violation: Violation, lines: &Lines) -> Violation {
    violation
        .fact("count", lines.count)
        .fact("first", lines.first.map(rfc3339))
        .fact("last", lines.last.map(rfc3339))
        .evidence(lines.spans.iter().cloned())
}
