//! The names of the twenty controls, which both programs take on their command lines.

use std::collections::BTreeSet;

/// One of the twenty questions. Numbers, ids and titles never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    pub number: u8,
    pub id: &'static str,
    pub title: &'static str,
}

#[rustfmt::skip]
pub static CONTROLS: [Control; 20] = [
    Control { number: 1,  id: "scan-schedule",     title: "Scan schedule coverage" },
    Control { number: 2,  id: "auth-ratio",        title: "Authenticated scan ratio" },
    Control { number: 3,  id: "option-profile",    title: "Scan option profile review" },
    Control { number: 4,  id: "asset-groups",      title: "Asset group completeness" },
    Control { number: 5,  id: "cloud-connectors",  title: "Cloud connector status" },
    Control { number: 6,  id: "appliances",        title: "Scanner appliance health" },
    Control { number: 7,  id: "agent-coverage",    title: "Agent deployment coverage" },
    Control { number: 8,  id: "auth-records",      title: "Authentication record completeness" },
    Control { number: 9,  id: "policy-assignment", title: "Policy compliance profile assignment" },
    Control { number: 10, id: "vuln-sla",          title: "Vulnerability SLA adherence" },
    Control { number: 11, id: "patching",          title: "Patch management tracking" },
    Control { number: 12, id: "reports",           title: "Report template and distribution" },
    Control { number: 13, id: "user-roles",        title: "User role and permission audit" },
    Control { number: 14, id: "external-scan",     title: "External scanner configuration" },
    Control { number: 15, id: "web-apps",          title: "Web application inventory" },
    Control { number: 16, id: "exclusions",        title: "Exclusion list review" },
    Control { number: 17, id: "prioritization",    title: "Vulnerability prioritization (VPR/QDS)" },
    Control { number: 18, id: "tagging",           title: "Tag-based asset management" },
    Control { number: 19, id: "activity-log",      title: "Activity log monitoring" },
    Control { number: 20, id: "segmentation",      title: "Network segmentation scanning" },
];

/// A part of a selection that names no control.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no control: give numbers 1 to 20, ranges such as 3-7, or ids such as vuln-sla")]
pub struct UnknownControl(pub String);

/// Reads a comma-separated list of numbers, ranges `a-b` and ids into control numbers.
///
/// # Errors
/// The first part that names no control; an empty part and a backward range are such parts.
pub fn select(list: &str) -> Result<BTreeSet<u8>, UnknownControl> {
    let mut numbers = BTreeSet::new();
    for part in list.split(',').map(str::trim) {
        let unknown = || UnknownControl(part.to_owned());
        if let Some(control) = CONTROLS.iter().find(|c| c.id.eq_ignore_ascii_case(part)) {
            numbers.insert(control.number);
            continue;
        }
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let from = number(from).ok_or_else(unknown)?;
        let to = number(to).filter(|to| *to >= from).ok_or_else(unknown)?;
        numbers.extend(from..=to);
    }
    Ok(numbers)
}

fn number(text: &str) -> Option<u8> {
    let number = text.trim().parse().ok()?;
    CONTROLS.iter().any(|c| c.number == number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(list: &str) -> Vec<u8> {
        select(list).expect("a selection").into_iter().collect()
    }

    #[test]
    fn numbers_ranges_and_ids_may_be_mixed() {
        assert_eq!(selected("1"), [1]);
        assert_eq!(selected("10, 1-3,vuln-sla,Scan-Schedule"), [1, 2, 3, 10]);
        assert_eq!(selected("1-20").len(), 20);
        assert_eq!(selected("7-7"), [7]);
    }

    #[test]
    fn what_names_no_control_is_refused_by_name() {
        for bad in ["0", "21", "1-21", "5-3", "", "1,,2", "vuln", "-1", "1-", "a-b", "300"] {
            let part = bad.split(',').find(|p| *p != "1").unwrap_or(bad);
            assert_eq!(select(bad), Err(UnknownControl(part.to_owned())), "{bad}");
        }
    }

    #[test]
    fn numbers_count_up_and_ids_differ() {
        for (index, control) in CONTROLS.iter().enumerate() {
            assert_eq!(usize::from(control.number), index + 1);
            assert_eq!(selected(control.id), [control.number]);
        }
    }
}
