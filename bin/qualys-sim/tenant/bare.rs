//! A subscription with nothing in it but the account that collects: what has no population.

use super::builder::Builder;
use super::declared::cidr;
use super::key::{Resource, covered};
use super::model_scanning::RestrictedIps;
use super::reporting::{PATCH_REPORT, REQUIRED};
use super::segments::declare;
use super::{Spec, Tenant, guid};

/// Checks whose population the collecting account is, or counts: it is never empty.
const OF_ACCOUNTS: &[(&str, &str)] = &[
    ("C13-01", "it was there an hour ago"),
    ("C13-02", "it has been used"),
    ("C13-03", "one Manager"),
    ("C13-05", "nothing of it looks shared"),
    ("C13-06", "one account, one mailbox"),
];

/// Checks that say by themselves what an empty subscription is to them.
const FAILING: &[(&str, &str)] = &[
    ("C12-01", "nothing would report on what comes"),
    ("C13-04", "one active Manager"),
    ("C19-02", "no event, and the account is 300 days old"),
];

pub(crate) fn tenant(spec: &Spec) -> Tenant {
    let mut b = Builder::new(spec);
    b.tags.clear();
    b.programme.restricted = RestrictedIps::default();
    let block = u32::from_be_bytes([10, 9, 0, 0]);
    declare(&mut b, "planned", "Planned site", "internal").cidrs = vec![cidr(block, 24)];
    super::declare::without_inputs(&mut b);
    expect(&mut b);
    Tenant {
        kind: spec.kind,
        clock: spec.clock,
        subscription: guid(spec.seed.wrapping_add(1), 11),
        caller_role: "Manager",
        asset_groups: Vec::new(),
        ips: Vec::new(),
        excluded: Vec::new(),
        schedules: Vec::new(),
        runs: Vec::new(),
        scans: Vec::new(),
        knowledge_base: Vec::new(),
        users: Vec::new(),
        activity: Vec::new(),
        tags: Vec::new(),
        programme: b.programme,
        declared: b.declared,
        planted: Vec::new(),
        background: b.background,
        key: b.key.finish(),
    }
}

/// Checks that need something declared or an answer that there is none of, and still have nothing
/// to look at: control 3 has no profile in use, controls 16 and 17 nothing excluded or found.
const NOTHING_AT_ALL: [&str; 5] = ["C03-06", "C03-10", "C03-12", "C16-11", "C17-07"];

fn expect(b: &mut Builder) {
    let whole = Resource::subscription;
    for check in NOTHING_AT_ALL {
        b.key.clear(check);
    }
    for (check, why) in FAILING {
        b.key.finding("pos/bare", check, whole(), why);
    }
    for (check, why) in OF_ACCOUNTS {
        b.key.none("near/collector", check, whole(), why);
    }
    let required = |pattern| Resource::of("required_report", pattern);
    b.key.finding("pos/bare", "C12-02", required(REQUIRED), "nothing is scheduled");
    let own = b.key.own();
    own.finding("pos/bare", "C12-02", required(PATCH_REPORT), "nothing is scheduled");
    own.finding("pos/bare", "C19-05", whole(), "nobody has reviewed anything");
    own.finding("pos/bare", "C14-08", whole(), "asked for, and not attested");
    own.none("near/collector", "C13-11", whole(), "an address of the domain");
    let why = "no block is declared to be outside";
    own.unknown("unknown/undeclared", "C14-06", whole(), why);
    own.without_finding("C14-06", "not_assessed");
    let planned = Resource::of("segment", "planned");
    own.finding("pos/bare", "C20-08", planned, "declared, and nothing of it is subscribed");
    own.unknown("unknown/nobody", "C12-06", whole(), "the file of recipients names nobody");
    own.without_finding("C12-06", "not_assessed");
    let plain = b.key.plain();
    plain.unknown("unknown/no-input", "C10-06", whole(), "no list of known exploits is given");
    plain.without_finding("C10-06", "not_assessed");
    let why = "a perimeter that nobody knows of is the likelier explanation";
    b.key.unknown("unknown/no-perimeter", "C14-01", whole(), why);
    b.key.without_finding("C14-01", "warn");
    let why = "the subscription is empty";
    for (check, _) in covered() {
        b.key.plain().empty(check, why);
        b.key.own().empty(check, why);
    }
}
