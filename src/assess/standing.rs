//! What the evidence behind one check is worth: whole, a part, missing, or of a module nobody bought.

use std::collections::BTreeMap;

use crate::analyzers::{Check, Reach};
use crate::catalogue::{self, Method, Module};
use crate::evidence::{Coverage, State, View};
use crate::profile::Inputs;

/// The worst that holds for the needs of a check, with the sentence that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    Whole,
    Part(String),
    NotSubscribed(String),
    Missing(String),
}

/// The coverage of a bundle as checks look at it.
pub(super) struct Ground<'a> {
    coverage: BTreeMap<&'a str, &'a Coverage>,
    view: View,
    inputs: &'a Inputs,
}

impl<'a> Ground<'a> {
    pub(super) fn new(coverage: &'a [Coverage], view: View, inputs: &'a Inputs) -> Self {
        let coverage = coverage.iter().map(|row| (row.endpoint.as_str(), row)).collect();
        Self { coverage, view, inputs }
    }

    /// For the judges: the same facts without the sentences.
    pub(super) fn reach(&self) -> BTreeMap<String, Reach> {
        let reach = |endpoint: &&str| match self.standing_of(endpoint) {
            Standing::Whole => Reach::Whole,
            Standing::Part(_) => Reach::Part,
            Standing::NotSubscribed(_) => Reach::NotSubscribed,
            Standing::Missing(_) => Reach::Nothing,
        };
        self.coverage.keys().map(|endpoint| ((*endpoint).to_owned(), reach(endpoint))).collect()
    }

    /// What the needs of this check are worth together.
    pub(super) fn standing(&self, check: &Check) -> Standing {
        let inputs = check.inputs.iter().filter(|input| !self.inputs.is_given(**input));
        let mut missing: Vec<String> = inputs
            .map(|input| format!("the input `{}` was not given: {}", input.key(), input.help()))
            .collect();
        let (mut refused, mut part) = (Vec::new(), Vec::new());
        let needs = check.needs.iter().map(|need| self.standing_of(need));
        let groups = check.any_of.iter().map(|group| self.best_of(group));
        for standing in needs.chain(groups) {
            match standing {
                Standing::Whole => {}
                Standing::Part(sentence) => part.push(sentence),
                Standing::NotSubscribed(sentence) => refused.push(sentence),
                Standing::Missing(sentence) => missing.push(sentence),
            }
        }
        if !missing.is_empty() {
            Standing::Missing(missing.join("; "))
        } else if !refused.is_empty() {
            Standing::NotSubscribed(refused.join("; "))
        } else if !part.is_empty() {
            Standing::Part(part.join("; "))
        } else {
            Standing::Whole
        }
    }

    /// Modules of these checks that the subscription does not have.
    pub(super) fn refused_modules(&self, checks: &[Check]) -> Vec<(Module, &'a str)> {
        let mut modules: Vec<(Module, &'a str)> = checks
            .iter()
            .flat_map(|check| check.needs.iter().chain(check.any_of.iter().copied().flatten()))
            .filter_map(|need| self.coverage.get(need))
            .filter(|row| row.state == State::NotSubscribed && !self.answers(&row.endpoint))
            .filter_map(|row| {
                catalogue::endpoint(&row.endpoint)
                    .map(|known| (known.module, row.endpoint.as_str()))
            })
            .collect();
        modules.sort_unstable();
        modules.dedup_by_key(|(module, _)| *module);
        modules
    }

    /// Whether the module of an endpoint answers anywhere: then the subscription has it, and what is
    /// refused as not licensed is a matter of permission (code 2012 speaks of the user's licence).
    fn answers(&self, endpoint: &str) -> bool {
        let module = |id: &str| catalogue::endpoint(id).map(|known| known.module);
        let own = module(endpoint);
        self.coverage.values().any(|row| {
            matches!(row.state, State::Present | State::Empty | State::Truncated)
                && module(&row.endpoint) == own
        })
    }

    fn best_of(&self, group: &[&str]) -> Standing {
        let standings: Vec<Standing> = group.iter().map(|need| self.standing_of(need)).collect();
        if standings.contains(&Standing::Whole) {
            return Standing::Whole;
        }
        let sentences = |wanted: fn(&Standing) -> Option<&String>| -> Vec<&str> {
            standings.iter().filter_map(wanted).map(String::as_str).collect()
        };
        let part = sentences(|standing| match standing {
            Standing::Part(sentence) => Some(sentence),
            _ => None,
        });
        let missing = sentences(|standing| match standing {
            Standing::Missing(sentence) => Some(sentence),
            _ => None,
        });
        let refused = sentences(|standing| match standing {
            Standing::NotSubscribed(sentence) => Some(sentence),
            _ => None,
        });
        if !part.is_empty() {
            Standing::Part(part.join(" and "))
        } else if missing.is_empty() {
            Standing::NotSubscribed(refused.join(" and "))
        } else {
            Standing::Missing(missing.join(" and "))
        }
    }

    fn standing_of(&self, endpoint: &str) -> Standing {
        let Some(row) = self.coverage.get(endpoint) else {
            let sentence = format!("{endpoint} was not collected; {} brings it", request(endpoint));
            return Standing::Missing(sentence);
        };
        let why = row.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        let told = |what: &str, help: &str| format!("{endpoint} {what}{why}; {help}");
        let again = |help: &str| format!("collect {} again{help}", request(endpoint));
        match row.state {
            State::Present | State::Empty if self.view == View::Partial => Standing::Part(format!(
                "{endpoint} was read by a login that sees a part of the subscription; \
                 collect with a Manager's"
            )),
            State::Present | State::Empty => Standing::Whole,
            State::Truncated => Standing::Part(told("is cut short", &again(" to its end"))),
            State::NotSubscribed if self.answers(endpoint) => Standing::Missing(told(
                "was refused as not licensed, though its module answers elsewhere",
                &again(" with a login that may use it"),
            )),
            State::NotSubscribed => Standing::NotSubscribed(format!(
                "{endpoint} is of a module that is not subscribed{why}"
            )),
            State::Denied => {
                Standing::Missing(told("was denied", &again(" with a role that may list it")))
            }
            State::Skipped => {
                Standing::Missing(told("was skipped", &again(", not leaving it out")))
            }
            State::ParseError => Standing::Missing(told("could not be read", &again(""))),
            State::Failed => Standing::Missing(told("failed", &again(""))),
            State::Withheld => Standing::Missing(told(
                "is withheld in this redacted copy",
                "the original bundle holds it",
            )),
        }
    }
}

/// The request that brings an endpoint, for an operator to recognise.
fn request(endpoint: &str) -> String {
    let known = catalogue::endpoint(endpoint);
    let variant = known.and_then(|known| known.variants.first().map(|first| (known.method, first)));
    match variant {
        Some((Method::Get, first)) => format!("GET {}", first.path),
        Some((Method::Post, first)) => format!("POST {}", first.path),
        None => endpoint.to_owned(),
    }
}

/// The word of `require_modules` for a module; `None`: no check rests on it. `CA` is control 7's own:
/// no endpoint is refused for want of agents.
pub(super) const fn module_word(module: Module) -> Option<&'static str> {
    match module {
        Module::Vm => Some("VM"),
        Module::Pc => Some("PC"),
        Module::Was => Some("WAS"),
        Module::CloudView => Some("CLOUDVIEW"),
        Module::Assets => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(endpoint: &str, state: State) -> Coverage {
        Coverage { endpoint: endpoint.to_owned(), state, pages: 0, records: 0, reason: None }
    }

    #[test]
    fn a_module_that_answers_elsewhere_is_subscribed() {
        let inputs = Inputs::default();
        let alone = [row("vm/hosts", State::NotSubscribed), row("vm/ips", State::Denied)];
        let ground = Ground::new(&alone, View::Full, &inputs);
        assert!(matches!(ground.standing_of("vm/hosts"), Standing::NotSubscribed(_)));
        for answered in [State::Present, State::Empty, State::Truncated] {
            let rows = [row("vm/hosts", State::NotSubscribed), row("vm/ips", answered)];
            let ground = Ground::new(&rows, View::Full, &inputs);
            assert!(matches!(ground.standing_of("vm/hosts"), Standing::Missing(_)));
        }
    }
}
