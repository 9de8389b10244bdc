//! `assessment-results.oscal.json`: OSCAL 1.1.3, for tools of governance, risk and compliance.
//!
//! Every check and every finding is an observation. A control that was judged is a finding against
//! each NIST SP 800-53 control that the specification gives it; one that was not is an observation
//! alone, for OSCAL has no word between satisfied and not satisfied. A waiver is a deviation of the
//! risk. Texts of the audited side stand in OSCAL's markup with nothing left that is markup.

mod findings;
mod observations;

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::assess::{Answer, Report};
use crate::finding::Finding;

use super::RenderError;
use super::lookup::{Ids, single};
use super::markdown::prose;

/// Of the properties that OSCAL has no name for.
const NAMESPACE: &str = "https://qualys-sec-inspector.example/ns/oscal";

/// The framework whose requirements are controls of NIST SP 800-53.
const CATALOGUE: &str = "FedRAMP";

pub(super) fn render(report: &Report) -> Result<Vec<u8>, RenderError> {
    let document = Document::new(report);
    let mut bytes = serde_json::to_vec_pretty(&document.value())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The report with what the parts of the document refer to each other by.
struct Document<'a> {
    report: &'a Report,
    ids: Ids,
    /// By journal seq.
    answers: BTreeMap<i64, &'a Answer>,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        let answers = report
            .evidence
            .iter()
            .filter_map(|answer| Some((i64::try_from(answer.response).ok()?, answer)));
        Self { report, ids: Ids::new(report), answers: answers.collect() }
    }

    fn value(&self) -> Value {
        let Report { tool, bundle, as_of, .. } = self.report;
        let title = format!("Qualys deployment review of {}", single(&bundle.subscription));
        let props = [prop("tool", &tool.name), prop("tool-version", &tool.version)];
        let props: Vec<Value> = props.into_iter().flatten().collect();
        let mut remarks: Vec<String> = self.report.notes.iter().map(|note| prose(note)).collect();
        remarks.push("Made by a program; an assessor must still agree with it.".to_owned());
        json!({ "assessment-results": {
            "uuid": self.ids.of("document", ""),
            "metadata": {
                "title": title,
                "last-modified": as_of,
                "version": format!("{} {}", tool.version, bundle.id),
                "oscal-version": "1.1.3",
                "props": props,
                "remarks": remarks.join("\n\n"),
            },
            "import-ap": {
                "href": format!("#{}", self.ids.of("resource", "bundle")),
                "remarks": "There is no assessment plan. The link leads to the evidence bundle.",
            },
            "results": [self.result(&title)],
            "back-matter": { "resources": self.resources() },
        } })
    }

    fn result(&self, title: &str) -> Value {
        let Report { bundle, profile, scope, .. } = self.report;
        let mut result = json!({
            "uuid": self.ids.of("result", ""),
            "title": title,
            "description": format!(
                "Twenty controls of a Qualys deployment, judged as of {} by what {} could see.",
                self.report.as_of, prose(&scope.login)
            ),
            "start": bundle.collected_from,
            "end": bundle.collected_to,
            "reviewed-controls": self.reviewed(),
        });
        add(
            &mut result,
            "props",
            [
                prop("bundle", &bundle.id),
                prop("bundle-root", &bundle.root),
                prop("custody-verdict", &bundle.verdict),
                prop("completeness", &bundle.completeness),
                prop("view", &scope.view),
                prop("profile-sha256", &profile.sha256),
            ]
            .into_iter()
            .flatten(),
        );
        add(&mut result, "observations", self.observations());
        add(&mut result, "risks", self.risks());
        add(&mut result, "findings", self.findings());
        result
    }

    /// The controls of NIST SP 800-53 that the selected controls speak of.
    fn reviewed(&self) -> Value {
        let mut reviewed: Vec<String> = self
            .report
            .controls
            .iter()
            .flat_map(|control| control.frameworks.of(CATALOGUE))
            .map(|id| control_id(id))
            .collect();
        reviewed.sort();
        reviewed.dedup();
        let mut selection = json!({
            "description": "Controls of NIST SP 800-53 Rev 5 that the selected checks map to.",
        });
        let controls = reviewed.into_iter().map(|id| json!({ "control-id": id }));
        add(&mut selection, "include-controls", controls);
        json!({ "control-selections": [selection] })
    }

    /// The bundle, then each answer that a finding points to.
    fn resources(&self) -> Vec<Value> {
        let bundle = &self.report.bundle;
        let file = utf8_percent_encode(&bundle.file, NON_ALPHANUMERIC).to_string();
        let mut resources = vec![json!({
            "uuid": self.ids.of("resource", "bundle"),
            "title": format!("Evidence bundle {}", single(&bundle.id)),
            "description": "Every answer that was collected, sealed. Paths of other resources are \
                those that `analyze evidence BUNDLE export --all DIR` writes below DIR.",
            "rlinks": [{ "href": file }],
        })];
        let pointers = self.report.findings.iter().flat_map(|finding| &finding.evidence);
        let mut cited: Vec<i64> = pointers.map(|evidence| evidence.response).collect();
        cited.sort_unstable();
        cited.dedup();
        for answer in cited.iter().filter_map(|seq| self.answers.get(seq)) {
            let mut link = json!({ "href": answer.raw_file() });
            if let Some(sha256) = &answer.sha256 {
                link["hashes"] = json!([{ "algorithm": "SHA-256", "value": sha256 }]);
            }
            if let Some(media) = answer.media.as_deref().map(single).filter(|text| !text.is_empty())
            {
                link["media-type"] = media.into();
            }
            resources.push(json!({
                "uuid": self.resource(answer),
                "title": format!("{} {}", answer.id, answer.endpoint),
                "rlinks": [link],
            }));
        }
        resources
    }

    fn resource(&self, answer: &Answer) -> String {
        self.ids.of("resource", &answer.id)
    }

    fn observed(&self, finding: &Finding) -> String {
        self.ids.of("observation", &finding.key)
    }
}

/// OSCAL permits no list without an item.
fn add(to: &mut Value, name: &str, items: impl IntoIterator<Item = Value>) {
    let items: Vec<Value> = items.into_iter().collect();
    if !items.is_empty() {
        to[name] = items.into();
    }
}

/// A property, unless nothing is left of its value in one line.
fn prop(name: &str, value: &str) -> Option<Value> {
    let value = single(value);
    (!value.is_empty()).then(|| {
        Value::Object(Map::from_iter([
            ("name".to_owned(), name.into()),
            ("ns".to_owned(), NAMESPACE.into()),
            ("value".to_owned(), value.into()),
        ]))
    })
}

/// `RA-5(1)` as the catalogue spells it, `ra-5.1`.
fn control_id(requirement: &str) -> String {
    requirement.to_lowercase().replace('(', ".").replace(')', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_spelled_as_the_catalogue_does() {
        assert_eq!(control_id("RA-5(1)"), "ra-5.1");
        assert_eq!(control_id("AU-6"), "au-6");
    }

    #[test]
    fn what_is_empty_is_left_out() {
        assert_eq!(prop("name", " \u{202e}\n"), None);
        let mut value = json!({});
        add(&mut value, "props", []);
        assert_eq!(value, json!({}));
    }
}
