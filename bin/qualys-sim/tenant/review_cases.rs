//! Controls 14 and 19: what people attest, and what nobody attests, by tenant.

use super::Kind;
use super::builder::{Builder, DAY};
use super::declared::Review;
use super::key::Resource;

/// The longest time since a review of the log, and since an external scan by an approved vendor.
const LOG: i64 = 7 * DAY;
const VENDOR: i64 = 30 * DAY;

pub(crate) fn settle(b: &mut Builder, kind: Kind) {
    let of_log = match kind {
        // Between two Managers that were made: see `deeds`.
        Kind::Neglected => Some((8 * DAY + DAY / 2, "pos/8-days", "reviewed up to 8.5 days ago")),
        Kind::OldVersions => {
            Some((LOG + 1, "pos/7-days-and-a-second", "reviewed up to 7 days and a second ago"))
        }
        Kind::OnlyTwo => Some((LOG, "edge/7-days", "reviewed up to exactly 7 days ago")),
        Kind::NoNetworks => None,
        _ => Some((DAY, "near/yesterday", "reviewed up to yesterday")),
    };
    let of_vendor = match kind {
        Kind::Neglected => None,
        Kind::NoNetworks => {
            Some((VENDOR + 1, "pos/30-days-and-a-second", "scanned up to 30 days and a second ago"))
        }
        Kind::OnlyTwo => Some((VENDOR, "edge/30-days", "scanned up to exactly 30 days ago")),
        _ => Some((5 * DAY, "near/5-days", "scanned up to five days ago")),
    };
    for (control, check, latest) in [(19, "C19-05", of_log), (14, "C14-08", of_vendor)] {
        let Some((age, plant, why)) = latest else {
            let why = "attested for another control alone";
            b.key.own().finding("pos/other-control", check, Resource::subscription(), why);
            continue;
        };
        // An older one changes nothing.
        for (from, to) in [(200 * DAY, 170 * DAY), (age + 60 * DAY, age)] {
            let review = Review { control, from: b.ago(from), to: b.ago(to) };
            b.declared.reviews.push(review);
        }
        if plant.starts_with("pos") {
            b.key.own().finding(plant, check, Resource::subscription(), why);
        } else {
            b.key.own().none(plant, check, Resource::subscription(), why);
        }
    }
}
