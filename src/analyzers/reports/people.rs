//! Judges who is told: distribution groups, their members, the owners of templates.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::read::Group;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::{day, listed, plural};
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Decision, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};
use crate::profile::{Recipient, hex};

/// C12-05: groups that nobody approved.
pub(super) fn judge_groups(
    facts: &Facts<'_>,
    groups: &[Group],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-05";
    let allowed = &facts.profile.distribution.allowed_groups;
    if allowed.is_empty() {
        let reason = "distribution.allowed_groups names no group to compare with; set it to the \
                      groups that may receive reports";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    for reason in unseen(facts, groups)? {
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(CHECK, 1, reason);
    }
    for group in groups {
        let is_foreign = if !group.is_named {
            Known::Unknown("a distribution group is shown without its title".to_owned())
        } else if allowed.iter().any(|title| title.trim() == group.title) {
            Known::Known(false)
        } else if group.is_in_use {
            Known::Known(true)
        } else {
            Known::Unknown("whether the schedules of a group are active was not said".to_owned())
        };
        verdicts.settle(CHECK, is_foreign, || {
            let count = group.schedules.len() as u64;
            let message = format!(
                "{} is told of {} ({}) and is not on the list of approved groups",
                group.title,
                plural(count, "schedule", "schedules"),
                listed(&group.schedules)
            );
            Violation::new(CHECK, Resource::new("distribution_group", &group.title), message)
                .fact("schedules", count)
                .evidence(group.spans.iter().take(SPANS).cloned())
        });
    }
    Ok(())
}

/// Why there may be groups in use that no answer shows.
fn unseen(facts: &Facts<'_>, groups: &[Group]) -> Result<Vec<&'static str>, AnalyzeError> {
    let shown = facts.asked("vm/scan-schedules", "show_notifications")?.as_deref() == Some("1");
    let mut reasons = Vec::new();
    if facts.reach("vm/scan-schedules") != Reach::Whole {
        reasons.push("who is told of scans was not read whole (vm/scan-schedules)");
    } else if !shown && groups.is_empty() {
        reasons.push(
            "who is told of scans is not shown: the schedule list gives it with \
             show_notifications=1",
        );
    }
    if !matches!(facts.reach("pc/scan-schedules"), Reach::Whole | Reach::NotSubscribed) {
        reasons.push("who is told of compliance scans was not read (pc/scan-schedules)");
    }
    Ok(reasons)
}

/// A user of the subscription, as far as mail goes.
struct User {
    email: Option<String>,
    /// `None`: not said.
    is_active: Option<bool>,
    span: Span,
}

/// The member of a group in findings: mail addresses stay out of reports.
fn resource(recipient: &Recipient) -> Resource {
    let mut hash = hex(&Sha256::digest(&recipient.email));
    hash.truncate(16);
    Resource::new("recipient", hash).told_apart(recipient.group.as_str())
}

/// What shows a member's group at work.
fn spans<'a>(groups: &'a [Group], recipient: &Recipient) -> impl Iterator<Item = Span> + use<'a> {
    let title = recipient.group.trim().to_owned();
    let group = groups.iter().find(move |group| group.title == title);
    group.into_iter().flat_map(|group| group.spans.iter().take(SPANS).cloned())
}

/// C12-06 and C12-07: the members that `recipients.csv` names.
pub(super) fn judge_recipients(
    facts: &Facts<'_>,
    groups: &[Group],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let Some(recipients) = &facts.inputs.recipients else { return Ok(()) };
    let mut users: BTreeMap<String, Vec<User>> = BTreeMap::new();
    let mut is_any_unnamed = false;
    for user in collect(facts, sql!("controls/12_reports/users"), [], user)? {
        match user.email.clone() {
            Some(email) => users.entry(email).or_default().push(user),
            None => is_any_unnamed = true,
        }
    }
    judge_domains(facts, &recipients.entries, groups, verdicts)?;
    for recipient in &recipients.entries {
        judge_member(facts, recipient, groups, &users, is_any_unnamed, verdicts)?;
    }
    Ok(())
}

fn user(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    let status: Option<String> = row.get("status")?;
    Ok(User {
        email: row.get::<_, Option<String>>("email")?.filter(|email| !email.is_empty()),
        is_active: status.map(|status| status.trim().eq_ignore_ascii_case("active")),
        span: match row.get::<_, Option<i64>>("id")? {
            Some(id) => record(row, id)?,
            None => crate::analyzers::rows::part(row)?,
        },
    })
}

/// C12-06: members outside the organisation.
fn judge_domains(
    facts: &Facts<'_>,
    recipients: &[Recipient],
    groups: &[Group],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-06";
    let allowed = &facts.profile.distribution.allowed_domains;
    if allowed.is_empty() {
        let reason = "distribution.allowed_domains names no domain to compare with; set it to the \
                      organisation's mail domains";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    if recipients.is_empty() {
        let reason = "the input `recipients` names nobody; list the members of each group";
        verdicts.decide(CHECK, Decision::NotAssessed, reason);
        return Ok(());
    }
    for recipient in recipients {
        let is_foreign = is_foreign(recipient, allowed);
        verdicts.settle(CHECK, Known::Known(is_foreign), || {
            let domain = domain(recipient);
            let message = format!("{} includes an address at {domain}", recipient.group);
            Violation::new(CHECK, resource(recipient), message)
                .fact("domain", domain)
                .fact("approved_by", recipient.approved_by.clone())
                .evidence(spans(groups, recipient))
        });
    }
    let known: BTreeSet<&str> = recipients.iter().map(|one| one.group.trim()).collect();
    for group in groups.iter().filter(|group| !known.contains(group.title.as_str())) {
        verdicts.subjects(CHECK, 1);
        let reason = format!("the input `recipients` names no member of {}", group.title);
        verdicts.unknown(CHECK, 1, reason);
    }
    for reason in unseen(facts, groups)? {
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(CHECK, 1, reason);
    }
    Ok(())
}

fn domain(recipient: &Recipient) -> &str {
    recipient.email.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether a member's mail goes to none of these domains.
pub(super) fn is_foreign(recipient: &Recipient, allowed: &[String]) -> bool {
    let domain = domain(recipient);
    !allowed.iter().any(|allowed| allowed.trim().eq_ignore_ascii_case(domain))
}

/// C12-07: members that are nobody any more.
fn judge_member(
    facts: &Facts<'_>,
    recipient: &Recipient,
    groups: &[Group],
    users: &BTreeMap<String, Vec<User>>,
    is_any_unnamed: bool,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-07";
    // Mailboxes and outsiders have no account; they live by their approval.
    let is_user = recipient.kind.as_deref().is_none_or(|kind| kind == "user");
    let own = users.get(&recipient.email).map(Vec::as_slice).unwrap_or_default();
    let has_ended = recipient.ends.is_some_and(|ends| facts.as_of >= ends);
    let (is_stale, why) = if has_ended {
        (Known::Known(true), "whose approval has ended")
    } else if !is_user || own.iter().any(|user| user.is_active == Some(true)) {
        (Known::Known(false), "")
    } else if own.iter().any(|user| user.is_active.is_none()) {
        (Known::Unknown("whether the user of a member is active was not said".to_owned()), "")
    } else if !own.is_empty() {
        (Known::Known(true), "whose user is not active")
    } else if is_any_unnamed {
        (
            Known::Unknown("the user list does not show the mail address of every user".to_owned()),
            "",
        )
    } else {
        (Known::Known(true), "who is no user")
    };
    let bodies = if is_stale == Known::Known(true) && own.is_empty() && !has_ended {
        facts.bodies("vm/users")?
    } else {
        Vec::new()
    };
    verdicts.settle(CHECK, is_stale, || {
        let message = format!("{} includes a member {why}", recipient.group);
        // The last valid day is the one before.
        let expires = recipient.ends.map(|ends| day(ends - 1));
        Violation::new(CHECK, resource(recipient), message)
            .fact("expires", expires)
            .fact("approved_by", recipient.approved_by.clone())
            .evidence(own.iter().take(SPANS).map(|user| user.span.clone()))
            .evidence(bodies)
            .evidence(spans(groups, recipient))
    });
    Ok(())
}

struct Template {
    id: i64,
    title: String,
    /// `None`: not said.
    owner: Option<String>,
    /// Whether an active schedule uses it.
    used: Known<bool>,
    is_alone: bool,
    status: Option<String>,
    is_active: Option<bool>,
    /// Whether the list shows all logins.
    shows_all: bool,
    span: Span,
    /// The owner's record, where the user list has one.
    account: Option<Span>,
    schedules: Vec<Span>,
}

impl Template {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<(Self, Option<String>)> {
        let id = row.get("id")?;
        let title: Option<String> = row.get("title")?;
        let account = match row.get("owner_response")? {
            Some(response) => {
                let (offset, length) = (row.get("owner_offset")?, row.get("owner_length")?);
                Some(match row.get::<_, Option<i64>>("owner_id")? {
                    Some(id) => Span::record(response, offset, length, id),
                    None => Span::part(response, offset, length),
                })
            }
            None => None,
        };
        let template = Self {
            id,
            title: title.unwrap_or_else(|| format!("report template {id}")),
            owner: row.get("user_login")?,
            used: if row.get("used")? {
                Known::Known(true)
            } else {
                Known::Unknown(
                    "whether the schedule of a template is active was not said".to_owned(),
                )
            },
            is_alone: row.get::<_, i64>("namesakes")? == 1,
            status: row.get("status")?,
            is_active: row.get("owner_active")?,
            shows_all: row.get::<_, i64>("unnamed")? == 0,
            span: record(row, id)?,
            account,
            schedules: Vec::new(),
        };
        Ok((template, row.get("schedules")?))
    }
}

/// Templates that schedules use; the bytes of these come as JSON.
fn templates(facts: &Facts<'_>) -> Result<Vec<Template>, AnalyzeError> {
    let rows = collect(facts, sql!("controls/12_reports/templates"), [], Template::read)?;
    let with_schedules = |(template, schedules): (Template, Option<String>)| {
        let schedules: Vec<(i64, i64, i64, i64)> = schedules
            .map_or_else(|| Ok(Vec::new()), |schedules| serde_json::from_str(&schedules))
            .map_err(|error| {
                AnalyzeError::Fact(format!("schedules of template {}: {error}", template.id))
            })?;
        let spans = schedules
            .into_iter()
            .map(|(response, offset, length, id)| Span::record(response, offset, length, id));
        Ok(Template { schedules: spans.take(SPANS).collect(), ..template })
    };
    rows.into_iter().map(with_schedules).collect()
}

/// C12-08: templates of people who are gone.
pub(super) fn judge_owners(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C12-08";
    for template in templates(facts)? {
        let is_orphan = match (template.used.clone(), template.is_owned()) {
            (_, Known::Known(true)) => Known::Known(false),
            (Known::Unknown(reason), _) | (_, Known::Unknown(reason)) => Known::Unknown(reason),
            _ if !template.is_alone => {
                Known::Unknown("several templates have the title that a schedule names".to_owned())
            }
            _ => Known::Known(true),
        };
        // Nobody in the list of users: the list proves it.
        let bodies = match (&is_orphan, &template.account) {
            (Known::Known(true), None) => facts.bodies("vm/users")?,
            _ => Vec::new(),
        };
        verdicts.settle(CHECK, is_orphan, || {
            let Template { title, owner, status, .. } = &template;
            let (who, what) = (owner.as_deref(), status.as_deref());
            let message = format!(
                "{title} belongs to {} ({}), and a schedule uses it",
                who.unwrap_or("nobody"),
                what.unwrap_or("not in the user list")
            );
            Violation::new(CHECK, Resource::new("template", template.id).named(title), message)
                .fact("owner", who)
                .fact("owner_status", what)
                .evidence([template.span.clone()])
                .evidence(template.account.clone())
                .evidence(bodies)
                .evidence(template.schedules.iter().cloned())
        });
    }
    let unlisted = collect(facts, sql!("controls/12_reports/unlisted_templates"), [], |row| {
        row.get::<_, Option<String>>("title")
    })?;
    for title in unlisted {
        let reason = match title {
            Some(title) => format!(
                "a schedule uses the template \"{title}\", and the list shows neither it nor its owner"
            ),
            None => "which template a report schedule uses was not said".to_owned(),
        };
        verdicts.subjects(CHECK, 1);
        verdicts.unknown(CHECK, 1, reason);
    }
    Ok(())
}

impl Template {
    /// Whether its owner is active.
    fn is_owned(&self) -> Known<bool> {
        let unknown = |reason: &str| Known::Unknown(reason.to_owned());
        match (&self.owner, &self.account, self.is_active) {
            (None, ..) => unknown("who owns a template that a schedule uses was not said"),
            (_, Some(_), Some(is_active)) => Known::Known(is_active),
            (_, Some(_), None) => unknown("whether the owner of a template is active was not said"),
            (_, None, _) if self.shows_all => Known::Known(false),
            (_, None, _) => unknown("the user list does not show every login"),
        }
    }
}
