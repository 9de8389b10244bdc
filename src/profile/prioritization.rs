//! Thresholds of control 17.

use super::setting::Limits::{self, Any, Between};
use super::setting::{Ratio, table};

const DAYS: Limits = Between(1, 36_500);

table! {
    /// Control 17: vulnerability prioritization.
    Prioritization "c17" {
        /// Share of open detections with a QDS, or of open QIDs with CVEs with a CVSS; either suffices.
        min_scored: Ratio = Ratio::millionths(950_000), Any, "ours";
        /// Dated detections that the highest and the lower QDS bands each need for a comparison of ages.
        min_n: i64 = 20, Between(1, 1_000_000), "ours";
        /// Days that a detection with QDS 90 or more may be open.
        top_days: i64 = 14, DAYS, "ours";
        /// The criticality that an asset has when nobody set one.
        default_acs: i64 = 2, Between(1, 5), "ours";
        /// Share of hosts at that criticality from which it counts as unused.
        max_default_share: Ratio = Ratio::millionths(950_000), Any, "ours";
        /// Share of top detections whose ticket must have an owner.
        min_assigned: Ratio = Ratio::millionths(900_000), Any, "ours";
    }
}
