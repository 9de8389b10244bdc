//! On which terms two snapshots were judged, and what a reader must know of the differences.

use std::collections::BTreeMap;

use super::{CompareError, Snapshot};
use crate::assess::Report;

/// What holds for the comparison as a whole.
pub(super) struct Terms {
    /// Judged alike: thresholds, lists, inputs. Waivers may differ, they judge nothing.
    pub(super) alike: bool,
    /// Why the newer side may see less of the subscription than the older one.
    pub(super) narrower: Option<String>,
    sentences: Vec<String>,
}

impl Terms {
    pub(super) fn reason(&self) -> Option<String> {
        (!self.sentences.is_empty()).then(|| self.sentences.join("; "))
    }
}

const UNKNOWN: &str = "unknown";

/// # Errors
/// Snapshots of two subscriptions.
pub(super) fn of(old: Snapshot<'_>, new: Snapshot<'_>) -> Result<Terms, CompareError> {
    let (before, after) = (old.report, new.report);
    let mut terms = Terms { alike: true, narrower: narrower(before, after), sentences: Vec::new() };
    let (one, other) = (&before.bundle.subscription, &after.bundle.subscription);
    if one != other {
        return Err(CompareError::Subscriptions(one.clone(), other.clone()));
    }
    if one == UNKNOWN {
        terms.differs("neither bundle says which subscription it is of".to_owned());
    }
    profiles(before, after, &mut terms);
    if before.tool.version != after.tool.version {
        terms.sentences.push(format!(
            "program version {} judged the older one and {} the newer one",
            before.tool.version, after.tool.version
        ));
    }
    if before.filter.controls != after.filter.controls {
        terms.sentences.push("not the same controls were selected".to_owned());
    }
    if before.bundle.root == after.bundle.root {
        terms.sentences.push("both sides are the same bundle".to_owned());
    }
    if before.as_of > after.as_of {
        terms.sentences.push("the first snapshot is the later one of the two".to_owned());
    }
    if old.model.is_none() || new.model.is_none() {
        terms.sentences.push(
            "at least one side is a saved report and holds no inventory: what is gone cannot be \
             told from what was fixed, and the deployment is not compared; compare the bundles"
                .to_owned(),
        );
    }
    terms.sentences.extend(terms.narrower.clone());
    Ok(terms)
}

impl Terms {
    fn differs(&mut self, sentence: String) {
        self.alike = false;
        self.sentences.push(sentence);
    }
}

fn profiles(before: &Report, after: &Report, terms: &mut Terms) {
    let (old, new) = (&before.profile, &after.profile);
    let values = |report: &Report| -> BTreeMap<String, serde_json::Value> {
        let parameters = report.profile.parameters.iter();
        parameters.map(|(key, entry)| (key.clone(), entry.value.clone())).collect()
    };
    let (olds, news) = (values(before), values(after));
    let moved: Vec<&str> = olds
        .keys()
        .chain(news.keys().filter(|key| !olds.contains_key(*key)))
        .filter(|key| olds.get(*key) != news.get(*key))
        .map(String::as_str)
        .collect();
    if !moved.is_empty() {
        terms.differs(format!("judged with other settings: {}", moved.join(", ")));
    }
    if old.baseline != new.baseline {
        terms.differs(format!("baseline {} became {}", old.baseline, new.baseline));
    }
    if old.require_modules != new.require_modules {
        terms.differs("other modules are required".to_owned());
    }
    let files = |report: &Report| -> Vec<(String, String)> {
        let inputs = report.profile.inputs.iter();
        inputs.map(|file| (file.input.to_string(), file.sha256.clone())).collect()
    };
    if files(before) != files(after) {
        terms.differs("judged with other input files".to_owned());
    }
    if terms.alike && old.sha256 != new.sha256 {
        terms.sentences.push("the waivers of the profile differ".to_owned());
    }
}

/// Whether two reports were judged alike, and what differs in how they were.
pub(super) fn settings(before: &Report, after: &Report) -> (bool, Option<String>) {
    let mut terms = Terms { alike: true, narrower: None, sentences: Vec::new() };
    profiles(before, after, &mut terms);
    (terms.alike, terms.reason())
}

/// Whether the newer side may see less, in a sentence.
fn narrower(before: &Report, after: &Report) -> Option<String> {
    let rank = |report: &Report| match report.scope.view.as_ref() {
        "full" => 2,
        "unverified" => 1,
        _ => 0,
    };
    let (old, new) = (&before.scope, &after.scope);
    let eyes = (&old.login, &old.role) != (&new.login, &new.role);
    if rank(after) < rank(before) {
        Some(format!("the view of the subscription narrowed from {} to {}", old.view, new.view))
    } else if rank(after) < 2 && eyes {
        Some(format!(
            "{} collected the newer snapshot and {} the older one, and what {} sees is {}",
            new.login, old.login, new.login, new.view
        ))
    } else {
        None
    }
}

/// Whether both sides saw the same part of the subscription, so that what only one of them has was
/// added or removed.
pub(super) fn same_eyes(before: &Report, after: &Report) -> bool {
    before.scope.view == after.scope.view
        && (before.scope.view == "full" || before.scope.login == after.scope.login)
}
