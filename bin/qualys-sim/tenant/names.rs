//! Invented words for groups, systems, people and programs.

#[rustfmt::skip]
pub(crate) const SITES: &[&str] = &[
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo",
    "Juniper", "Kestrel", "Larch", "Meadow", "Nimbus", "Onyx", "Prairie",
];

#[rustfmt::skip]
pub(crate) const PURPOSES: &[&str] = &[
    "Web", "Database", "Office", "Build farm", "Payroll", "Warehouse", "Mail", "Identity", "Backup",
    "Telephony", "Laboratory", "Kiosk", "Storage", "Print", "Research", "Logistics",
];

#[rustfmt::skip]
pub(crate) const PRODUCTS: &[&str] = &[
    "Quillserver", "Tarnbase", "Orbitmail", "Fernproxy", "Gatewarden", "Palletdb", "Lanternd",
    "Mosscache", "Ridgeshell", "Harpsync", "Vellumview", "Cinderqueue",
];

#[rustfmt::skip]
pub(crate) const FLAWS: &[&str] = &[
    "Remote Code Execution", "Privilege Escalation", "Information Disclosure", "Denial of Service",
    "Authentication Bypass", "Memory Corruption", "Path Traversal", "Weak Cipher Suites",
];

pub(crate) const FIRST_NAMES: &[&str] =
    &["Avery", "Blake", "Casey", "Devon", "Ellis", "Finley", "Gray", "Harper", "Indy", "Jules"];

pub(crate) const LAST_NAMES: &[&str] =
    &["Ashdown", "Bellweather", "Crane", "Dunmore", "Everly", "Fairfax", "Goodall", "Hartwell"];
