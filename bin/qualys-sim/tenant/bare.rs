//! Subscriptions with nothing in them but the account that collects, or little more: what has no
//! population.

use super::builder::Builder;
use super::declared::cidr;
use super::key::{Resource, covered};
use super::model_scanning::RestrictedIps;
use super::reporting::{PATCH_REPORT, REQUIRED};
use super::segments::declare;
use super::{Kind, Spec, Tenant, fresh, guid, space};

/// The segment that is declared before anything of it is subscribed.
pub(crate) const PLANNED: &str = "planned";

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
    declare(&mut b, PLANNED, "Head office", "internal").cidrs = vec![cidr(fresh::SITE, 24)];
    super::declare::without_inputs(&mut b);
    if spec.kind == Kind::Fresh {
        fresh::plant(&mut b);
    }
    expect(&mut b);
    let ips = space::subscribed(&b.groups, &b.orphans);
    Tenant {
        kind: spec.kind,
        clock: spec.clock,
        subscription: guid(spec.seed.wrapping_add(1), 11),
        caller_role: "Manager",
        asset_groups: b.groups,
        ips,
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
/// to look at: control 3 has no profile in use, control 17 nothing found.
const NOTHING_AT_ALL: [&str; 4] = ["C03-06", "C03-10", "C03-12", "C17-07"];

fn expect(b: &mut Builder) {
    let whole = Resource::subscription;
    for check in NOTHING_AT_ALL {
        b.key.clear(check);
    }
    if b.kind == Kind::Bare {
        // No control 16 without anything that could be excluded.
        b.key.clear("C16-11");
        let planned = Resource::of("segment", PLANNED);
        let why = "declared, and nothing of it is subscribed";
        b.key.own().finding("pos/bare", "C20-08", planned, why);
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
    own.unknown("unknown/nobody", "C12-06", whole(), "the file of recipients names nobody");
    own.without_finding("C12-06", "not_assessed");
    let plain = b.key.plain();
    plain.unknown("unknown/no-input", "C10-06", whole(), "no list of known exploits is given");
    plain.without_finding("C10-06", "not_assessed");
    let why = "a perimeter that nobody knows of is the likelier explanation";
    for book in b.key.books() {
        book.unknown("unknown/no-perimeter", "C14-01", whole(), why);
        book.without_finding("C14-01", "warn");
    }
    if b.kind == Kind::Fresh {
        let own = b.key.own();
        for check in ["C14-01", "C14-06"] {
            own.clear(check);
            own.not_applicable("na/no-exposure", check, whole(), "nothing faces the internet");
            own.without_finding(check, "not_applicable");
        }
    }
    let why = "the subscription is empty";
    for (check, _) in covered() {
        b.key.plain().empty(check, why);
        b.key.own().empty(check, why);
    }
}
