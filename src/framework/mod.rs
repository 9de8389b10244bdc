//! The eight frameworks and which of their requirements the specification gives each control.

mod notes;
mod titles;

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One publication that controls are mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Framework {
    /// As the specification and the report spell it.
    pub name: &'static str,
    /// The edition that titles and notes were read in.
    pub version: &'static str,
    pub publisher: &'static str,
}

/// In the order of the specification's table.
#[rustfmt::skip]
pub static FRAMEWORKS: [Framework; 8] = [
    Framework { name: "FedRAMP", version: "NIST SP 800-53 Rev 5, FedRAMP Rev 5 baselines", publisher: "GSA and NIST" },
    Framework { name: "CMMC", version: "2.0 Level 2, numbered as NIST SP 800-171 Rev 2", publisher: "US Department of Defense" },
    Framework { name: "SOC 2", version: "Trust Services Criteria 2017, points of focus 2022", publisher: "AICPA" },
    Framework { name: "CIS", version: "Controls v8.1", publisher: "Center for Internet Security" },
    Framework { name: "PCI-DSS", version: "v4.0.1; some numbers are of v3.2.1", publisher: "PCI Security Standards Council" },
    Framework { name: "STIG", version: "Application Security Requirements Guide", publisher: "DISA" },
    Framework { name: "IRAP", version: "Information Security Manual 2025.12.9", publisher: "Australian Signals Directorate" },
    Framework { name: "ISMAP", version: "ISMAP control criteria", publisher: "ISMAP Steering Committee" },
];

/// Framework names with the requirement ids of one control, in the order of [`FRAMEWORKS`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requirements(Vec<(Cow<'static, str>, Vec<Cow<'static, str>>)>);

impl Requirements {
    /// Each framework with the ids, which may be none.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Cow<'static, str>])> {
        self.0.iter().map(|(framework, ids)| (framework.as_ref(), ids.as_slice()))
    }

    /// The ids of one framework.
    pub fn of(&self, framework: &str) -> &[Cow<'static, str>] {
        self.iter().find(|(name, _)| *name == framework).map_or(&[], |(_, ids)| ids)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Requirements {
    fn schema_name() -> Cow<'static, str> {
        "Requirements".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        std::collections::BTreeMap::<String, Vec<String>>::json_schema(generator)
    }
}

impl Serialize for Requirements {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(framework, ids)| (framework, ids)))
    }
}

impl<'de> Deserialize<'de> for Requirements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Requirements;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map of frameworks with lists of requirements")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = map.next_entry()? {
                    rows.push(row);
                }
                Ok(Requirements(rows))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

type Cell = &'static [&'static str];

/// The specification's table, as it stands there: a dash is an empty cell. Ids that do not fit
/// are not corrected; [`note`] says what is wrong with them.
#[rustfmt::skip]
static CELLS: [[Cell; 8]; 20] = [
    [&["RA-5"],    &["3.11.2"], &["CC7.1"], &["7.1"], &["11.3.1"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["RA-5(1)"], &["3.11.2"], &["CC7.1"], &["7.2"], &["11.3.2"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["RA-5(2)"], &["3.11.1"], &["CC7.1"], &["7.3"], &["11.3.1"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["CM-8"],    &["3.4.1"],  &["CC6.1"], &["1.1"], &["2.4"],    &["SRG-APP-000383"], &["ISM-1599"], &["CPS.CM-8"]],
    [&["CM-8(2)"], &["3.4.1"],  &["CC6.1"], &[],      &["2.4"],    &["SRG-APP-000383"], &["ISM-1599"], &["CPS.CM-8"]],
    [&["SI-2(2)"], &["3.14.1"], &["CC7.1"], &[],      &["11.3.1"], &["SRG-APP-000456"], &["ISM-1163"], &["CPS.SI-2"]],
    [&["CM-8(1)"], &["3.4.1"],  &["CC6.1"], &["1.1"], &["2.4"],    &["SRG-APP-000383"], &["ISM-1599"], &["CPS.CM-8"]],
    [&["RA-5(5)"], &["3.11.2"], &["CC7.1"], &["7.2"], &["11.3.2"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["CM-6(1)"], &["3.4.2"],  &["CC8.1"], &["4.1"], &["2.2.1"],  &["SRG-APP-000384"], &["ISM-1624"], &["CPS.CM-6"]],
    [&["RA-5(3)"], &["3.11.2"], &["CC7.1"], &["7.4"], &["6.1"],    &["SRG-APP-000456"], &["ISM-1690"], &["CPS.RA-5"]],
    [&["SI-2"],    &["3.14.1"], &["CC7.1"], &["7.5"], &["6.3.3"],  &["SRG-APP-000456"], &["ISM-1143"], &["CPS.SI-2"]],
    [&["RA-5(4)"], &["3.11.3"], &["CC7.2"], &[],      &["11.3.4"], &["SRG-APP-000516"], &["ISM-0109"], &["CPS.RA-5"]],
    [&["AC-6(5)"], &["3.1.5"],  &["CC6.3"], &[],      &["7.1.1"],  &["SRG-APP-000340"], &["ISM-1507"], &["CPS.AC-6"]],
    [&["RA-5"],    &["3.11.2"], &["CC7.1"], &[],      &["11.3.1"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["RA-5(3)"], &["3.11.2"], &["CC7.1"], &[],      &["6.4.1"],  &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["RA-5(2)"], &["3.11.1"], &["CC7.1"], &["7.3"], &["11.3.1"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
    [&["RA-5(3)"], &["3.11.1"], &["CC7.1"], &["7.6"], &["6.1"],    &["SRG-APP-000456"], &["ISM-1690"], &["CPS.RA-5"]],
    [&["CM-8(5)"], &["3.4.1"],  &["CC6.1"], &["1.1"], &["2.4"],    &["SRG-APP-000383"], &["ISM-1599"], &["CPS.CM-8"]],
    [&["AU-6"],    &["3.3.5"],  &["CC7.2"], &["8.2"], &["10.6.1"], &["SRG-APP-000516"], &["ISM-0580"], &["CPS.AU-6"]],
    [&["RA-5"],    &["3.11.2"], &["CC7.1"], &[],      &["11.3.1"], &["SRG-APP-000516"], &["ISM-1163"], &["CPS.RA-5"]],
];

/// What a note says about the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    Fits,
    /// A catch-all that much could stand under.
    Generic,
    Partial,
    Weak,
    /// The requirement is about something else.
    Mismatch,
    /// The number is of an older edition, or was withdrawn.
    Outdated,
    /// The framework has no such identifier.
    Invented,
    /// The specification has a dash.
    Unmapped,
}

/// How well a requirement fits the control, in our own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    pub fit: Fit,
    /// Empty where nothing is to be added.
    pub text: &'static str,
}

/// The requirements of a control; all empty for a number that is no control.
pub fn requirements(control: u8) -> Requirements {
    let row = usize::from(control).checked_sub(1).and_then(|index| CELLS.get(index));
    let cells = FRAMEWORKS.iter().enumerate().map(|(index, framework)| {
        let ids = row.and_then(|row| row.get(index)).copied().unwrap_or_default();
        (Cow::Borrowed(framework.name), ids.iter().copied().map(Cow::Borrowed).collect())
    });
    Requirements(cells.collect())
}

/// The official title of a requirement, shortened where it is a sentence.
pub fn title(framework: &str, requirement: &str) -> Option<&'static str> {
    titles::TITLES
        .iter()
        .find(|(name, id, _)| *name == framework && *id == requirement)
        .map(|(.., title)| *title)
}

/// The note on one cell.
pub fn note(control: u8, framework: &str) -> Option<Note> {
    notes::NOTES
        .iter()
        .find(|(name, controls, ..)| *name == framework && controls.contains(&control))
        .map(|(_, _, fit, text)| Note { fit: *fit, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's table, copied as data.
    const FIXTURE: &str = include_str!("../../fixtures/framework_cells.csv");

    #[test]
    fn all_160_cells_equal_the_specification() {
        let mut reader = csv::Reader::from_reader(FIXTURE.as_bytes());
        let mut compared = 0;
        for row in reader.deserialize::<(u8, String, String)>() {
            let (control, framework, cell) = row.unwrap();
            let requirements = requirements(control);
            let expected: &[&str] = if cell == "—" { &[] } else { &[&cell] };
            assert_eq!(requirements.of(&framework), expected, "control {control}, {framework}");
            compared += 1;
        }
        assert_eq!(compared, 160);
    }

    #[test]
    fn every_cell_has_one_note_and_every_requirement_a_title() {
        for control in 1..=20 {
            for (framework, ids) in requirements(control).iter() {
                let notes = notes::NOTES.iter().filter(|(name, controls, ..)| {
                    *name == framework && controls.contains(&control)
                });
                assert_eq!(notes.count(), 1, "control {control}, {framework}");
                let fit = note(control, framework).map(|note| note.fit);
                assert_eq!(fit == Some(Fit::Unmapped), ids.is_empty(), "{control} {framework}");
                for id in ids {
                    assert!(title(framework, id).is_some(), "{framework} {id}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_mapped_to_a_control_that_does_not_exist() {
        for control in [0, 21, 255] {
            assert!(requirements(control).iter().all(|(_, ids)| ids.is_empty()));
        }
    }
}
