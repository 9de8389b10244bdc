//! What scanners and their settings must be like: control 6.

use super::setting::{Limits, table};
use Limits::{Any, Between};

const DAYS: Limits = Between(1, 36_500);
const HOURS: Limits = Between(0, 87_600);
const COUNT: Limits = Between(1, 1_000_000);

table! {
    /// Control 6: scanner appliance health.
    Appliances "c06" {
        /// Missed heartbeats from which an appliance that is online is reported.
        max_missed: i64 = 2, COUNT, "ours";
        /// Hours since the last contact that an appliance may be silent.
        max_contact_age_hours: i64 = 12, HOURS, "ours";
        /// Hours without contact or update that make old signatures worse.
        signature_hours: i64 = 24, HOURS, "FedRAMP RA-5(2); CISA BOD 23-01";
        /// Hosts from which a group or segment needs a second scanner.
        redundancy_min_hosts: i64 = 256, COUNT, "ours: one /24";
        /// Days that an appliance may wait for its activation.
        pending_days: i64 = 7, DAYS, "ours";
        /// Least software version; unset: not judged.
        min_software_version: Option<String> = None, Any, "ours";
    }
}
