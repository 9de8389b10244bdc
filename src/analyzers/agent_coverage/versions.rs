//! Compares agent versions with the profile's least ones and with the fleet's newest major.

use std::collections::BTreeMap;

use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, count, part};
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::{Resource, Span};

/// Agents of one platform and version.
pub(super) struct Version {
    pub platform: Option<String>,
    /// As the portal writes it.
    pub text: Option<String>,
    pub agents: u64,
    span: Span,
}

pub(super) fn read(facts: &Facts<'_>) -> Result<Vec<Version>, AnalyzeError> {
    collect(facts, sql!("controls/07_agent_coverage/versions"), [], |row| {
        Ok(Version {
            platform: row.get("platform")?,
            text: row.get("version")?,
            agents: count(row, "agents")?,
            span: part(row)?,
        })
    })
}

/// C07-05: one finding a platform and version.
pub(super) fn judge(facts: &Facts<'_>, versions: &[Version], verdicts: &mut Verdicts) {
    const CHECK: &str = "C07-05";
    let mut newest: BTreeMap<String, u64> = BTreeMap::new();
    for version in versions {
        if let (Some(platform), Some(numbers)) = (&version.platform, version.numbers()) {
            let top = newest.entry(platform.to_lowercase()).or_default();
            *top = (*top).max(numbers.first().copied().unwrap_or(0));
        }
    }
    for version in versions {
        verdicts.subjects(CHECK, 1);
        let (Some(platform), Some(text), Some(numbers)) =
            (&version.platform, &version.text, version.numbers())
        else {
            verdicts.unknown(CHECK, 1, "the agent's platform or version is not given as one");
            continue;
        };
        let least = facts.profile.c07.min_version.of(platform);
        let top = newest.get(&platform.to_lowercase()).copied().unwrap_or(0);
        let is_below = least.and_then(parse).is_some_and(|least| is_older(&numbers, &least));
        let is_behind = numbers.first().is_some_and(|major| *major < top);
        if !is_below && !is_behind {
            continue;
        }
        let agents = plural(version.agents, "agent runs", "agents run");
        let message = match least.filter(|_| is_below) {
            Some(least) => format!("{platform}: {agents} {text}; the least version is {least}"),
            None => format!("{platform}: {agents} {text}, while the fleet has major version {top}"),
        };
        let resource = Resource::new("agent_version", format!("{platform}/{text}"));
        verdicts.violation(
            Violation::new(CHECK, resource, message)
                .fact("agents", version.agents)
                .fact("newest_major", top)
                .fact("least_version", least)
                .evidence([version.span.clone()]),
        );
    }
}

impl Version {
    fn numbers(&self) -> Option<Vec<u64>> {
        self.text.as_deref().and_then(parse)
    }
}

fn parse(version: &str) -> Option<Vec<u64>> {
    version.trim().split('.').map(|part| part.parse().ok()).collect()
}

/// Number by number; one that is not written is 0, so that 5 and 5.0 are the same.
fn is_older(version: &[u64], least: &[u64]) -> bool {
    let longest = version.len().max(least.len());
    let padded = |numbers: &[u64]| -> Vec<u64> {
        numbers.iter().copied().chain(std::iter::repeat(0)).take(longest).collect()
    };
    padded(version) < padded(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        for (version, least, older) in [
            ("5.0", "5.0", false),
            ("5", "5.0.0", false),
            ("4.9.99", "5.0", true),
            ("10.0", "9.1", false),
            ("5.0.1", "5.0.2", true),
            ("5.0.0.41", "5.0", false),
        ] {
            let (version, least) = (parse(version).unwrap(), parse(least).unwrap());
            assert_eq!(is_older(&version, &least), older, "{version:?} {least:?}");
        }
        assert_eq!(parse("5.x"), None);
        assert_eq!(parse(""), None);
    }
}
