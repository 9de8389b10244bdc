//! The named baselines: sets of thresholds that a publication asks for, as data with its source.

/// A named set of values that stands between the defaults and the profile.
#[derive(Debug)]
pub struct Baseline {
    pub name: &'static str,
    /// What it follows.
    pub about: &'static str,
    pub values: &'static [BaselineValue],
}

/// One value that differs from the compiled-in default.
#[derive(Debug)]
pub struct BaselineValue {
    /// `table.key`.
    pub key: &'static str,
    /// As TOML.
    pub value: &'static str,
    pub source: &'static str,
}

/// What both FedRAMP levels ask for, before what tells them apart.
macro_rules! fedramp {
    ($($apart:expr),+) => {
        &[
            value("sla.critical", "30", "RA-5: high, which FedRAMP does not split"),
            value("sla.high", "30", "RA-5"),
            value("sla.medium", "90", "RA-5: moderate"),
            value("sla.low", "180", "RA-5"),
            value("sla.severity_source", "\"cvss3\"", "continuous monitoring: CVSS v3 base is the risk"),
            value("c02.min_ratio", "0.90", "continuous monitoring: 10 % unauthenticated is a deficiency"),
            value("c02.min_ratio_exclusive", "true", "continuous monitoring: 10 % or more"),
            value("c19.min_retention_days", "365", "OMB M-21-31: twelve months active"),
            $($apart),+
        ]
    };
}

/// In the order of the command line's help; `seed` is the default.
#[rustfmt::skip]
pub static BASELINES: &[Baseline] = &[
    Baseline {
        name: "seed",
        about: "the specification's own limits",
        values: &[],
    },
    Baseline {
        name: "fedramp-moderate",
        about: "FedRAMP Rev 5 parameters and continuous monitoring guidance, moderate",
        values: fedramp![value("c13.inactive_days", "90", "AC-2(3)")],
    },
    Baseline {
        name: "fedramp-high",
        about: "FedRAMP Rev 5 parameters and continuous monitoring guidance, high",
        values: fedramp![value("c13.inactive_days", "35", "AC-2(3)")],
    },
    Baseline {
        name: "pci",
        about: "PCI DSS v4.0.1",
        values: &[
            value("sla.critical", "30", "6.3.3: critical patches within one month"),
            value("sla.high", "90", "ours: 6.3.1 ranks, it names no days"),
            value("c01.max_interval_days", "90", "11.3.1: every three months"),
            value("c02.min_ratio", "1.0", "11.3.1.2: all but documented systems"),
            value("c13.inactive_days", "90", "8.2.6"),
            value("c14.max_interval_days", "90", "11.3.2: every three months"),
            value("c14.asv", "\"required\"", "11.3.2: by an approved scanning vendor"),
            value("c15.max_scan_age_days", "365", "6.4.1: every twelve months"),
            value("c19.min_retention_days", "365", "10.5.1: twelve months"),
            value("c19.review_days", "1", "10.4.1: daily"),
        ],
    },
    Baseline {
        name: "cisa-bod",
        about: "CISA directives; BOD 19-02, whose days these are, was revoked by BOD 26-04",
        values: &[
            value("c01.max_interval_days", "14", "BOD 23-01: enumeration every 14 days"),
            value("c02.min_ratio", "0.95", "ours: BOD 23-01 asks for privileged enumeration"),
            value("c14.max_interval_days", "7", "ours: BOD 23-01, discovery every 7 days"),
            value("c15.max_scan_age_days", "14", "ours: BOD 23-01, enumeration every 14 days"),
            value("c19.min_retention_days", "365", "OMB M-21-31: twelve months active"),
            value("c11.max_patch_age_high_days", "14", "ours, after BOD 26-04's middle class"),
        ],
    },
    Baseline {
        name: "acsc-e8",
        about: "ASD Essential Eight and ISM",
        values: &[
            value("sla.critical", "2", "ours, after ISM-1876: 48 hours"),
            value("sla.high", "14", "ours, after ISM-1690: two weeks"),
            value("sla.medium", "30", "ours, after ISM-1695: one month"),
            value("c01.max_interval_days", "14", "ISM-1702: fortnightly"),
            value("c14.max_interval_days", "1", "ISM-1698, ISM-1701: daily"),
            value("c15.max_scan_age_days", "1", "ISM-1698: daily"),
            value("c19.min_retention_days", "365", "ISM-1988"),
            value("c11.max_patch_age_high_days", "14", "ours, after ISM-1690: two weeks"),
        ],
    },
];

/// The baseline with this name.
pub fn baseline(name: &str) -> Option<&'static Baseline> {
    BASELINES.iter().find(|baseline| baseline.name == name)
}

const fn value(key: &'static str, value: &'static str, source: &'static str) -> BaselineValue {
    BaselineValue { key, value, source }
}
