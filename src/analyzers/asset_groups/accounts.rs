//! Judges asset groups by themselves: that something is in them, and that somebody owns them.

use super::estate::{Estate, Owner};
use crate::analyzers::rows::count;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::Known;

/// C04-07 and C04-08: each group that is judged.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let (accounts, nameless) =
        facts.model.query_row(sql!("controls/04_asset_groups/accounts"), [], |row| {
            Ok((count(row, "accounts")?, count(row, "nameless")?))
        })?;
    let bodies = facts.bodies("vm/users")?;
    for group in estate.groups.iter().filter(|group| !group.ignored) {
        let title = &group.title;
        // The built-in group holds what is subscribed, which may be nothing.
        if !group.everything {
            verdicts.settle("C04-07", Known::Known(!group.holds), || {
                let message = format!("Asset group \"{title}\" is empty");
                Violation::new("C04-07", group.resource(), message).evidence([group.span.clone()])
            });
        }
        verdicts.settle("C04-08", is_abandoned(group.owner.as_ref(), accounts, nameless), || {
            let owner = group.owner.as_ref();
            let who = owner.map_or_else(String::new, Owner::words);
            let message = format!("Asset group \"{title}\" is owned by {who}");
            Violation::new("C04-08", group.resource(), message)
                .fact("owner_id", owner.map(|owner| owner.id))
                .fact("login", owner.and_then(|owner| owner.login.clone()))
                .fact("status", owner.and_then(|owner| owner.status.clone()))
                .evidence([group.span.clone()])
                .evidence(match owner.and_then(|owner| owner.span.clone()) {
                    Some(span) => vec![span],
                    None => bodies.clone(),
                })
        });
    }
    Ok(())
}

/// Whether nobody who works owns the group.
fn is_abandoned(owner: Option<&Owner>, accounts: u64, nameless: u64) -> Known<bool> {
    let unknown = |reason: &str| Known::Unknown(reason.to_owned());
    match owner {
        None => unknown("the owner of an asset group was not said"),
        Some(owner) if owner.accounts > 0 => match owner.status.as_deref().map(str::trim) {
            Some(status) => Known::Known(!status.eq_ignore_ascii_case("Active")),
            None => unknown("the status of an account was not said"),
        },
        // The owner may be one of those whose ids are not shown.
        Some(_) if nameless > 0 || accounts == 0 => {
            unknown("the list of users does not show the ids of all accounts")
        }
        Some(_) => Known::Known(true),
    }
}

impl Owner {
    /// `acme_ab1 (Inactive)`, or what is known instead.
    fn words(&self) -> String {
        if self.accounts == 0 {
            return format!("account {}, which is in no list of users", self.id);
        }
        let login = self.login.clone().unwrap_or_else(|| format!("account {}", self.id));
        format!("{login} ({})", self.status.as_deref().unwrap_or("status not said"))
    }
}
