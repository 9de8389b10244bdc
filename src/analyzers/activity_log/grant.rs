//! Finds the lines in which somebody becomes a Manager; their details are free text.

use std::collections::BTreeSet;

use super::deeds::{Deeds, Event, described};
use super::log::Summary;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::Resource;

/// Logins of today in lower case.
pub(super) fn logins(facts: &Facts<'_>) -> Result<BTreeSet<String>, AnalyzeError> {
    let mut statement = facts.model.prepare(sql!("controls/19_activity_log/logins"))?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// The user that a line makes a Manager, or that raises the own role; `None` for any other line.
pub(super) fn granted(event: &Event, class: &str, logins: &BTreeSet<String>) -> Option<String> {
    if !["user-create", "user-role"].contains(&class) {
        return None;
    }
    let actor = event.login.as_deref().unwrap_or_default();
    let named = user_in(&event.details, logins, actor);
    let text = event.details.to_lowercase();
    let makes_manager = is_manager_named(&text);
    let raises_own = class == "user-role"
        && text.contains("unit manager")
        && named.as_deref().is_some_and(|user| user.eq_ignore_ascii_case(actor));
    (makes_manager || raises_own).then(|| named.unwrap_or_else(|| "unnamed".to_owned()))
}

/// Whether the role Manager stands in the text; a Unit Manager is another role.
fn is_manager_named(text: &str) -> bool {
    text.match_indices("manager").any(|(at, word)| {
        let before = text.get(..at).unwrap_or_default().trim_end_matches(['_', '-', ' ']);
        let after = text.get(at + word.len()..).unwrap_or_default();
        let is_word = !text.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric)
            && !after.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        is_word && !before.ends_with("unit")
    })
}

/// The login in a text that is somebody else's, else the actor's own, else the word that stands
/// where a login would.
fn user_in(text: &str, logins: &BTreeSet<String>, actor: &str) -> Option<String> {
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '@');
    let words: Vec<&str> = text
        .split(|letter| !is_part(letter))
        .map(|word| word.trim_matches(['.', '-']))
        .filter(|word| !word.is_empty())
        .collect();
    let known: Vec<&str> =
        words.iter().copied().filter(|word| logins.contains(&word.to_lowercase())).collect();
    let other = known.iter().copied().find(|word| !word.eq_ignore_ascii_case(actor));
    let stated = words.windows(2).find_map(|pair| match pair {
        [before, word]
            if ["user", "login", "account"].contains(&before.to_lowercase().as_str())
                && word.contains('_') =>
        {
            Some(*word)
        }
        _ => None,
    });
    other.or(stated).or_else(|| known.first().copied()).map(str::to_owned)
}

/// C19-07: each such grant is a finding.
pub(super) fn judge(summary: &Summary, deeds: &Deeds, verdicts: &mut Verdicts) {
    const CHECK: &str = "C19-07";
    verdicts.subjects(CHECK, summary.actors);
    for ((user, actor), lines) in &deeds.grants {
        let message = if user.eq_ignore_ascii_case(actor) {
            format!("{actor} raised the own role")
        } else {
            format!("{actor} granted Manager to {user}")
        };
        let resource = Resource::new("user", user).told_apart(actor);
        verdicts.violation(
            described(Violation::new(CHECK, resource, message), lines)
                .fact("actor", actor.as_str()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_manager_is_no_manager() {
        for (text, expected) in [
            ("created acme_xy with role manager", true),
            ("role: manager.", true),
            ("role unit manager", false),
            ("role unit_manager", false),
            ("acme_manager_x is a reader", false),
            ("asset management", false),
            ("unit manager became manager", true),
        ] {
            assert_eq!(is_manager_named(text), expected, "{text}");
        }
    }

    #[test]
    fn the_user_is_the_login_that_is_not_the_actors() {
        let logins = ["acme_ab", "acme_cd"].map(str::to_owned).into();
        for (text, expected) in [
            ("acme_ab made ACME_cd Manager", Some("ACME_cd")),
            ("user acme_gone made Manager", Some("acme_gone")),
            ("acme_ab: role Manager", Some("acme_ab")),
            ("role Manager", None),
        ] {
            assert_eq!(user_in(text, &logins, "acme_ab").as_deref(), expected, "{text}");
        }
    }
}
