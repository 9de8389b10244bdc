//! The twenty controls by number, id and title, as commands and reports name them.

use std::collections::BTreeSet;

/// One question that the assessment answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// 1 to 20.
    pub number: u8,
    /// What `--controls` takes beside the number; never changes.
    pub id: &'static str,
    /// The specification's title.
    pub title: &'static str,
}

/// All controls, by number.
#[rustfmt::skip]
pub static CONTROLS: [Control; 20] = [
    control( 1, "scan-schedule",     "Scan schedule coverage"),
    control( 2, "auth-ratio",        "Authenticated scan ratio"),
    control( 3, "option-profile",    "Scan option profile review"),
    control( 4, "asset-groups",      "Asset group completeness"),
    control( 5, "cloud-connectors",  "Cloud connector status"),
    control( 6, "appliances",        "Scanner appliance health"),
    control( 7, "agent-coverage",    "Agent deployment coverage"),
    control( 8, "auth-records",      "Authentication record completeness"),
    control( 9, "policy-assignment", "Policy compliance profile assignment"),
    control(10, "vuln-sla",          "Vulnerability SLA adherence"),
    control(11, "patching",          "Patch management tracking"),
    control(12, "reports",           "Report template and distribution"),
    control(13, "user-roles",        "User role and permission audit"),
    control(14, "external-scan",     "External scanner configuration"),
    control(15, "web-apps",          "Web application inventory"),
    control(16, "exclusions",        "Exclusion list review"),
    control(17, "prioritization",    "Vulnerability prioritization (VPR/QDS)"),
    control(18, "tagging",           "Tag-based asset management"),
    control(19, "activity-log",      "Activity log monitoring"),
    control(20, "segmentation",      "Network segmentation scanning"),
];

/// Why a selection of controls is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    #[error("no control is called `{0}`: numbers 1 to 20, ranges such as 3-7, and ids are known")]
    Unknown(String),
    #[error("the range `{0}` runs backwards")]
    Backwards(String),
    #[error("the selection of controls is empty")]
    Empty,
}

/// Reads `1,4-6,vuln-sla`: numbers, ranges and ids, separated by commas.
///
/// # Errors
/// The first part that names no control.
pub fn select(text: &str) -> Result<BTreeSet<u8>, SelectionError> {
    let mut selected = BTreeSet::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if let Some(control) = by_id(part) {
            selected.insert(control.number);
        } else if let Some((first, last)) = part.split_once('-') {
            let (first, last) = (number(first, part)?, number(last, part)?);
            if first > last {
                return Err(SelectionError::Backwards(part.to_owned()));
            }
            selected.extend(first..=last);
        } else {
            selected.insert(number(part, part)?);
        }
    }
    if selected.is_empty() { Err(SelectionError::Empty) } else { Ok(selected) }
}

/// The control with this id.
pub fn by_id(id: &str) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| control.id == id)
}

/// The control with this number.
pub fn by_number(number: u8) -> Option<&'static Control> {
    CONTROLS.iter().find(|control| control.number == number)
}

fn number(text: &str, part: &str) -> Result<u8, SelectionError> {
    let unknown = || SelectionError::Unknown(part.to_owned());
    let text = text.trim();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits);
    number.and_then(by_number).map(|control| control.number).ok_or_else(unknown)
}

const fn control(number: u8, id: &'static str, title: &'static str) -> Control {
    Control { number, id, title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections() {
        let set = |numbers: &[u8]| Ok(numbers.iter().copied().collect::<BTreeSet<u8>>());
        assert_eq!(select("1,2,10"), set(&[1, 2, 10]));
        assert_eq!(select(" 3-5 , auth-ratio,3"), set(&[2, 3, 4, 5]));
        assert_eq!(select("20-20"), set(&[20]));
        for unknown in ["0", "21", "1-21", "+1", "scan", "1-2-3", "-"] {
            assert_eq!(select(unknown), Err(SelectionError::Unknown(unknown.to_owned())));
        }
        assert_eq!(select("5-3"), Err(SelectionError::Backwards("5-3".to_owned())));
        assert_eq!(select(","), Err(SelectionError::Empty));
    }

    #[test]
    fn numbers_run_from_one_without_gaps() {
        for (index, control) in CONTROLS.iter().enumerate() {
            assert_eq!(usize::from(control.number), index + 1);
            assert_eq!(by_id(control.id), Some(control));
        }
    }
}
