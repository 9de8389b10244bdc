//! Reads the frameworks requirement first: what one requirement says across its controls.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Outcome;
use crate::framework::{self, FRAMEWORKS};

use super::document::{ControlResult, RequirementResult};

/// By framework in the order of the specification's table, then by requirement.
pub(super) fn requirements(controls: &[ControlResult]) -> Vec<RequirementResult> {
    let mut results = Vec::new();
    for framework in FRAMEWORKS {
        let mut by_id: BTreeMap<&str, Vec<&ControlResult>> = BTreeMap::new();
        for control in controls {
            for id in control.frameworks.of(framework.name) {
                by_id.entry(id).or_default().push(control);
            }
        }
        results.extend(by_id.into_iter().map(|(id, mapped)| {
            let numbers: Vec<u8> = mapped.iter().map(|control| control.number).collect();
            RequirementResult {
                framework: Cow::Borrowed(framework.name),
                requirement: Cow::Owned(id.to_owned()),
                title: Cow::Borrowed(framework::title(framework.name, id).unwrap_or_default()),
                outcome: outcome(&mapped.iter().map(|control| control.outcome).collect()),
                open: mapped.iter().map(|control| control.findings.total()).sum(),
                controls: numbers,
            }
        }));
    }
    results
}

/// The first that any control has, in the order in which checks roll up to a control; a requirement
/// passes if one control does and the others are not applicable.
fn outcome(outcomes: &BTreeSet<Outcome>) -> Outcome {
    const ORDER: [Outcome; 5] =
        [Outcome::Fail, Outcome::Warn, Outcome::Error, Outcome::NotAssessed, Outcome::Pass];
    ORDER.into_iter().find(|word| outcomes.contains(word)).unwrap_or(Outcome::NotApplicable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_as_good_as_its_worst_control() {
        use crate::finding::CheckState::{Error, Fail, NotApplicable, NotAssessed, Pass, Warn};
        for (outcomes, expected) in [
            (&[Pass, Pass][..], Pass),
            (&[NotApplicable, Pass], Pass),
            (&[NotApplicable, NotApplicable], NotApplicable),
            (&[Pass, NotAssessed], NotAssessed),
            (&[NotAssessed, Error], Error),
            (&[NotAssessed, Warn], Warn),
            (&[Warn, Fail, Error], Fail),
        ] {
            assert_eq!(outcome(&outcomes.iter().copied().collect()), expected, "{outcomes:?}");
        }
    }
}
