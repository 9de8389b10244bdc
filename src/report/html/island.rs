//! All findings as packed columns, which the page's own script unpacks: JSON, gzip, base64.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::io;

use base64::Engine as _;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::escape::shown;
use super::index::Cited;
use super::words;
use crate::analyzers;
use crate::assess::Report;
use crate::control;
use crate::finding::{Finding, Status};

/// Findings that the page holds at most, the most severe ones; beyond, the files have the rest.
pub(super) const MOST: usize = 200_000;

/// Keys of a rolled-up finding's members that the page holds at most.
const MEMBERS: usize = 100;

/// In a message or pointer: the id of the finding's own resource. No text of the page holds these
/// two characters.
const ITSELF: char = '\u{1}';

/// In a message: the name of the finding's own resource.
const ITS_NAME: char = '\u{2}';

/// The packed findings; displays as base64.
pub(super) struct Island(Vec<u8>);

impl Island {
    /// `sorted` is in the order of the page.
    pub(super) fn pack(
        report: &Report,
        sorted: &[&Finding],
        answers: &BTreeMap<u64, Cited<'_>>,
    ) -> Result<Self, io::Error> {
        let findings = sorted.get(..MOST).unwrap_or(sorted);
        let columns = Columns { report, findings, answers, tables: Tables::of(findings) };
        let mut packer = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        serde_json::to_writer(&mut packer, &columns)?;
        packer.finish().map(Self)
    }
}

impl fmt::Display for Island {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Base64Display::new(&self.0, &STANDARD).fmt(formatter)
    }
}

/// Texts that many findings share, each once.
struct Tables<'a> {
    checks: BTreeMap<&'a str, usize>,
    kinds: BTreeMap<&'a str, usize>,
    remediations: BTreeMap<&'a str, usize>,
}

impl<'a> Tables<'a> {
    fn of(findings: &[&'a Finding]) -> Self {
        Self {
            checks: numbered(findings.iter().map(|finding| finding.check.as_str())),
            kinds: numbered(findings.iter().map(|finding| finding.resource.kind.as_str())),
            remediations: numbered(findings.iter().map(|finding| finding.remediation.as_str())),
        }
    }
}

fn numbered<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut table: BTreeMap<&str, usize> = texts.map(|text| (text, 0)).collect();
    for (number, (_, place)) in table.iter_mut().enumerate() {
        *place = number;
    }
    table
}

struct Columns<'a> {
    report: &'a Report,
    findings: &'a [&'a Finding],
    answers: &'a BTreeMap<u64, Cited<'a>>,
    tables: Tables<'a>,
}

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("file", &shown(&self.report.bundle.file))?;
        map.serialize_entry("command", &super::method::show(self.report))?;
        map.serialize_entry("total", &self.report.findings.len())?;
        map.serialize_entry("controls", &self.each_control())?;
        map.serialize_entry("checks", &self.each_check())?;
        map.serialize_entry("kinds", &Shown(|| self.tables.kinds.keys().copied()))?;
        map.serialize_entry("remediations", &Shown(|| self.tables.remediations.keys().copied()))?;
        self.answers(&mut map)?;
        self.rows(&mut map)?;
        map.end()
    }
}

impl Columns<'_> {
    fn each_control(&self) -> Vec<(u8, &str, &str)> {
        let controls = self.report.controls.iter();
        controls.map(|control| (control.number, &*control.id, &*control.title)).collect()
    }

    /// Id, number of the control, its id, what the check finds.
    fn each_check(&self) -> Vec<(String, u8, &'static str, &'static str)> {
        let controls: BTreeMap<&str, u8> =
            self.findings.iter().map(|finding| (finding.check.as_str(), finding.control)).collect();
        controls
            .into_iter()
            .map(|(id, number)| {
                let control_id = control::by_number(number).map_or("", |control| control.id);
                let summary = analyzers::check(id).map_or("", |(_, check)| check.summary);
                (shown(id).into_owned(), number, control_id, summary)
            })
            .collect()
    }

    /// Those that findings point at.
    fn answers<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let answers = || self.answers.values().filter(|cited| cited.findings > 0);
        let endpoints = numbered(answers().map(|cited| cited.answer.endpoint.as_str()));
        map.serialize_entry("endpoints", &Shown(|| endpoints.keys().copied()))?;
        map.serialize_entry("answerSeq", &Each(|| answers().map(|cited| cited.answer.response)))?;
        let endpoint = |cited: &Cited<'_>| endpoints.get(cited.answer.endpoint.as_str()).copied();
        map.serialize_entry("answerEndpoint", &Each(|| answers().map(endpoint)))?;
        let sha256 = |cited: &'_ Cited<'_>| cited.answer.sha256.as_deref().unwrap_or("").to_owned();
        map.serialize_entry("answerSha256", &Each(|| answers().map(sha256)))?;
        map.serialize_entry(
            "answerCall",
            &Each(|| answers().map(|cited| shown(&cited.call()).into_owned())),
        )?;
        map.serialize_entry(
            "answerTime",
            &Each(|| answers().map(|cited| shown(&cited.time()).into_owned())),
        )?;
        map.serialize_entry("answerPage", &Each(|| answers().map(|cited| cited.answer.page)))?;
        map.serialize_entry(
            "answerRecords",
            &Each(|| answers().map(|cited| cited.answer.records)),
        )?;
        map.serialize_entry("answerBytes", &Each(|| answers().map(|cited| cited.answer.bytes)))?;
        map.serialize_entry("answerFindings", &Each(|| answers().map(|cited| cited.findings)))
    }

    fn rows<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let Tables { checks, kinds, remediations } = &self.tables;
        let rows = || self.findings.iter();
        map.serialize_entry("check", &Each(|| rows().map(|f| checks.get(f.check.as_str()))))?;
        let kind = |f: &&Finding| kinds.get(f.resource.kind.as_str()).copied();
        map.serialize_entry("kind", &Each(|| rows().map(kind)))?;
        let remediation = |f: &&Finding| remediations.get(f.remediation.as_str()).copied();
        map.serialize_entry("remediation", &Each(|| rows().map(remediation)))?;
        let severity = |f: &&Finding| char::from(b'0' + f.severity as u8);
        map.serialize_entry("severity", &rows().map(severity).collect::<String>())?;
        let accepted = |f: &&Finding| if f.status == Status::Accepted { '1' } else { '0' };
        map.serialize_entry("accepted", &rows().map(accepted).collect::<String>())?;
        let digits: String = rows().map(|f| digits(&f.fingerprint)).collect();
        map.serialize_entry("fingerprint", &digits)?;
        map.serialize_entry("id", &ids(self.findings))?;
        map.serialize_entry(
            "name",
            &Shown(|| rows().map(|f| f.resource.name.as_deref().unwrap_or(""))),
        )?;
        map.serialize_entry(
            "apart",
            &Sparse(|| {
                rows().map(|f| {
                    f.resource.discriminator.as_deref().map(|text| shown(text).into_owned())
                })
            }),
        )?;
        map.serialize_entry("message", &Each(|| rows().map(|f| message(f))))?;
        map.serialize_entry("evidence", &Each(|| rows().map(|f| pointers(f))))?;
        let letters = self.report.comparison.as_ref();
        let letters = letters.map(|_| super::changes::letters(self.report, self.findings));
        map.serialize_entry("change", &letters)?;
        map.serialize_entry("members", &Sparse(|| rows().map(|f| members(f))))
    }
}

/// An id as it stands, or a number as the step from the number before it: rows of one check follow
/// each other by id, and steps pack better.
#[derive(Serialize)]
#[serde(untagged)]
enum Id<'a> {
    Text(Cow<'a, str>),
    Step(i64),
}

fn ids<'a>(findings: &[&'a Finding]) -> Vec<Id<'a>> {
    let mut before = 0;
    let id = |finding: &&'a Finding| {
        let text = shown(&finding.resource.id);
        // Whole numbers that a script holds exactly.
        let number = text.parse::<i64>().ok().filter(|number| (0..1 << 53).contains(number));
        match number.filter(|number| number.to_string() == text) {
            Some(number) => Id::Step(number - std::mem::replace(&mut before, number)),
            None => Id::Text(text),
        }
    };
    findings.iter().map(id).collect()
}

/// The twelve digits of the anchor in eight letters of base64.
fn digits(fingerprint: &str) -> String {
    let digits = u64::from_str_radix(&words::short(fingerprint), 16).unwrap_or_default();
    let [_, _, bytes @ ..] = digits.to_be_bytes();
    STANDARD.encode(bytes)
}

/// The message, without the name or else the id that stands in a column of its own.
fn message(finding: &Finding) -> String {
    let message = shown(&finding.message);
    let name = finding.resource.name.as_deref().map(shown).unwrap_or_default();
    let id = shown(&finding.resource.id);
    for (own, sign) in [(&name, ITS_NAME), (&id, ITSELF)] {
        // Short ones are no gain.
        if own.len() > 3 && message.contains(&**own) {
            return message.replace(&**own, sign.encode_utf8(&mut [0; 4]));
        }
    }
    message.into_owned()
}

/// `17#4711 6`: ids without their prefix; [`ITSELF`] stands for the id of the resource.
fn pointers(finding: &Finding) -> String {
    let ids = finding.evidence.iter().map(|pointer| {
        let id = pointer.id.strip_prefix("ev:").unwrap_or(&pointer.id);
        match id.split_once('#') {
            Some((answer, record)) if record == finding.resource.id => format!("{answer}#{ITSELF}"),
            _ => shown(id).replace(' ', "\u{a0}"),
        }
    });
    ids.collect::<Vec<_>>().join(" ")
}

/// How many keys a rolled-up finding stands for, and the first of them.
fn members(finding: &Finding) -> Option<(usize, Vec<String>)> {
    let count = finding.members.len();
    let first = finding.members.iter().take(MEMBERS);
    (count > 0).then(|| (count, first.map(|key| shown(key).into_owned()).collect()))
}

/// A column without a copy of it.
struct Each<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// A column of texts, what hides in them written out.
struct Shown<F>(F);

impl<'t, F: Fn() -> I, I: Iterator<Item = &'t str>> Serialize for Shown<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut column = serializer.serialize_seq(None)?;
        for text in self.0() {
            column.serialize_element(&shown(text))?;
        }
        column.end()
    }
}

/// A column that few rows have, by row.
struct Sparse<F>(F);

impl<F: Fn() -> I, I: Iterator<Item = Option<T>>, T: Serialize> Serialize for Sparse<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let given = (self.0)().enumerate().filter_map(|(row, value)| Some((row, value?)));
        serializer.collect_map(given)
    }
}
