//! What no answer of the tenant tells: unknown cases that whole populations have.

use std::collections::BTreeSet;

use super::book::Registry;
use super::builder::{Builder, DAY};
use super::key::{Expect, Resource, covered};
use super::model::{Detection, Stamp, User};

/// The export of option profiles names a test of logins only where it is switched on, and the user
/// list knows no permission for virtual scanners.
pub(crate) fn settle(b: &mut Builder, users: &[User]) {
    let why = "whether its profile only tests logins is not said";
    for schedule in &b.schedules {
        let resource = Resource::schedule(schedule.id);
        if matches!(schedule.active, None | Some(1 | 2)) && !b.key.has("C03-11", &resource) {
            b.key.unknown("unknown/login-test", "C03-11", resource, why);
        }
    }
    let why = "whether it may manage virtual scanners is not said";
    for user in users.iter().filter(|one| one.role == "Scanner" && one.status == "Active") {
        let resource = Resource::of("user", &user.login);
        if !b.key.has("C13-08", &resource) {
            b.key.unknown("unknown/virtual-scanners", "C13-08", resource, why);
        }
    }
    for check in ["C03-11", "C13-08"] {
        b.key.without_finding(check, "not_assessed");
    }
}

/// Half of the bulk's detections have no score: of a QID with an old one its risk is unknown.
pub(crate) fn scores(b: &mut Builder) {
    let mut qids = BTreeSet::new();
    for number in 0..b.background.count {
        let open = b.background.detections(number).into_iter().filter(is_open);
        let limit = b.clock - 14 * DAY;
        let old = |one: &Detection| matches!(one.first_found, Stamp::At(found) if found < limit);
        qids.extend(open.filter(|one| one.qds.is_none() && old(one)).map(|one| one.qid));
    }
    for qid in qids {
        let resource = Resource::qid(qid);
        if !b.key.has("C17-03", &resource) {
            let why = "an old detection of it has no score";
            b.key.unknown("unknown/score", "C17-03", resource, why);
        }
    }
    b.key.without_finding("C17-03", "warn");
}

/// Neither fixed nor hidden, confirmed, not of a kernel that does not run.
pub(crate) fn is_open(one: &Detection) -> bool {
    one.kind == "Confirmed"
        && one.status.as_deref().is_some_and(|status| status != "Fixed")
        && !one.is_ignored
        && !one.is_disabled
        && one.running_kernel != Some(false)
}

/// Checks that rest on no answer of the subscription, or on none yet.
const WITHOUT_ANSWERS: [&str; 6] = ["C14-08", "C16-11", "C16-13", "C17-07", "C19-05", "C20-09"];

/// A reader sees a part: what is not seen to be wrong may still be wrong. What the profile asks
/// nothing about needs no answer.
pub(crate) fn unseen(key: &mut Registry) {
    let plain = key.plain();
    plain.not_applicable("na/undeclared", "C10-04", Resource::subscription(), "low has no limit");
    plain.without_finding("C10-04", "not_applicable");
    let own = key.own();
    own.finding("pos/reader", "C19-05", Resource::subscription(), "nobody has reviewed anything");
    own.finding("pos/reader", "C14-08", Resource::subscription(), "asked for, and not attested");
    for book in key.books() {
        for (check, _) in covered() {
            let is_settled = book.holds(check, Expect::Finding)
                || WITHOUT_ANSWERS.contains(&check)
                || book.has_plant(check, "na/undeclared");
            if !is_settled {
                let why = "a reader sees a part of the subscription";
                book.clear(check);
                book.unknown("unknown/reader", check, Resource::subscription(), why);
                book.without_finding(check, "not_assessed");
            }
        }
    }
}
