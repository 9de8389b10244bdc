//! Which scanner a schedule uses, as `ISCANNER_NAME` says it.

/// `ISCANNER_NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::analyzers) enum Scanner {
    /// It is missing, which says nothing.
    Unsaid,
    /// Those of its asset groups.
    OfGroups,
    /// Those that Qualys runs on the internet.
    External,
    /// Whatever the default of its asset groups is.
    Default,
    /// A pool whose appliances are not named here.
    Pool,
    Named(Vec<String>),
}

/// The literal of the external scanners, in lower case. Anything shorter or longer may be the name
/// of an appliance.
const EXTERNAL: &str = "external scanner";

impl Scanner {
    /// Whether the external scanners are among those that it names; `None` where that is not known.
    pub(in crate::analyzers) fn is_external(&self) -> Option<bool> {
        match self {
            Self::External => Some(true),
            Self::Named(names) => {
                Some(names.iter().any(|name| name.eq_ignore_ascii_case(EXTERNAL)))
            }
            Self::OfGroups | Self::Pool => Some(false),
            Self::Unsaid | Self::Default => None,
        }
    }

    /// Reads the words that stand for no appliance, in any letter case, white space collapsed.
    pub(in crate::analyzers) fn read(text: Option<&str>) -> Self {
        let Some(text) = text else { return Self::Unsaid };
        let words: Vec<&str> = text.split_whitespace().collect();
        let whole = words.join(" ");
        let lower = whole.to_lowercase();
        if lower.is_empty() {
            return Self::Unsaid;
        }
        let of_groups = ["all in asset group", "all scanners in asset group", "all scanners in ag"];
        if of_groups.contains(&lower.as_str()) {
            return Self::OfGroups;
        }
        if lower == EXTERNAL {
            return Self::External;
        }
        if lower == "default" {
            return Self::Default;
        }
        if lower.starts_with("all scanners in ") {
            return Self::Pool;
        }
        Self::Named(whole.split(',').map(|name| name.trim().to_owned()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_names_of_scanners_are_no_appliances() {
        let named = |names: &[&str]| Scanner::Named(names.iter().map(|&n| n.to_owned()).collect());
        for (text, expected) in [
            (None, Scanner::Unsaid),
            (Some(" "), Scanner::Unsaid),
            (Some("External \nScanner"), Scanner::External),
            (Some("External"), named(&["External"])),
            (Some("DEFAULT"), Scanner::Default),
            (Some("All in Asset Group"), Scanner::OfGroups),
            (Some("all scanners in ag"), Scanner::OfGroups),
            (Some("All Scanners in TagSet"), Scanner::Pool),
            (Some("All Scanners in Network"), Scanner::Pool),
            (Some("va-1, va-2"), named(&["va-1", "va-2"])),
            (Some("External Scanner East"), named(&["External Scanner East"])),
        ] {
            assert_eq!(Scanner::read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn only_the_whole_name_is_external() {
        for (text, expected) in [
            (None, None),
            (Some("external\n  scanner "), Some(true)),
            (Some("va-1, External Scanner"), Some(true)),
            (Some("External"), Some(false)),
            (Some("External Scanner East"), Some(false)),
            (Some("Default"), None),
            (Some("All Scanners in Asset Group"), Some(false)),
        ] {
            assert_eq!(Scanner::read(text).is_external(), expected, "{text:?}");
        }
    }
}
