//! The thresholds: every table of numbers and words that an assessor may set, with its defaults.

use super::exemption::Exemption;
use super::setting::{Limits, Ratio, table, words};
use Limits::{Any, Between, OneOf};

const DAYS: Limits = Between(1, 36_500);
const HOURS: Limits = Between(0, 87_600);
const COUNT: Limits = Between(1, 1_000_000);

/// OS families that the evidence model tells apart.
pub(super) const OS_FAMILIES: &[&str] =
    &["windows", "linux", "macos", "aix", "solaris", "unix", "network", "vmware", "printer"];

words! {
    /// Whether the subscription is known to have public addresses.
    Exposure { None = "none", Unknown = "unknown", Declared = "declared" }
}

words! {
    /// Where the class of a detection comes from.
    SeveritySource {
        /// Qualys severity 5, 4, 3, 2, 1.
        Qualys = "qualys",
        /// CVSS v3 base, v2 where there is none, Qualys where there is neither.
        Cvss3 = "cvss3",
        /// Qualys Detection Score 90, 70, 40.
        Qds = "qds",
    }
}

words! {
    /// When the clock of a detection starts.
    SlaClock { FirstFound = "first_found", LastReopened = "last_reopened" }
}

words! {
    /// Which kernel detections are held to the SLA.
    KernelPolicy { Running = "running", All = "all", Separate = "separate" }
}

table! {
    /// What belongs to the assessment.
    Scope "scope" {
        /// Titles of asset groups that no control judges.
        ignore_asset_groups: Vec<String> = vec!["All".to_owned()], Any, "ours: the built-in group";
        /// Titles of asset groups that compliance scans must reach; empty: those with a compliance-scanned host.
        pc_groups: Vec<String> = Vec::new(), Any, "ours";
        /// Days without scan and activity after which a host is stale.
        stale_days: i64 = 90, DAYS, "ours";
        /// Hours below which a cloud host's life makes it ephemeral.
        ephemeral_min_hours: i64 = 24, HOURS, "ours";
        /// Hosts that cannot be logged in to, each with reason, approver and last valid day.
        cannot_authenticate: Vec<Exemption> = Vec::new(), Any, "PCI DSS 11.3.1.2";
        /// Whether public addresses exist: `none`, `unknown` or `declared`.
        external_exposure: Exposure = Exposure::Unknown, OneOf(Exposure::WORDS), "ours";
    }
}

table! {
    /// How fast open detections must go.
    Sla "sla" {
        /// Days for critical detections.
        critical: i64 = 15, DAYS, "specification; CISA BOD 19-02, revoked by BOD 26-04";
        /// Days for high detections.
        high: i64 = 30, DAYS, "specification; FedRAMP";
        /// Days for medium detections.
        medium: i64 = 90, DAYS, "specification; FedRAMP";
        /// Days for low detections; no limit unless set.
        low: Option<i64> = None, DAYS, "FedRAMP asks for 180";
        /// Where the class comes from: `qualys`, `cvss3` or `qds`.
        severity_source: SeveritySource = SeveritySource::Qualys, OneOf(SeveritySource::WORDS), "ours";
        /// When the clock starts: `first_found` or `last_reopened`.
        clock: SlaClock = SlaClock::FirstFound, OneOf(SlaClock::WORDS), "ours";
        /// Which kernel detections count: `running`, `all` or `separate`.
        kernel_policy: KernelPolicy = KernelPolicy::Running, OneOf(KernelPolicy::WORDS), "release 8.10.1";
        /// Whether potential detections count like confirmed ones.
        include_potential: bool = false, Any, "ours";
        /// Per cent of open detections of a class that must be inside its limit.
        target_pct: i64 = 95, Between(0, 100), "ours";
        /// Open detections below which an asset group's share is not judged.
        group_min_population: i64 = 20, COUNT, "ours";
        /// Days since the last test after which an open detection is unverified.
        unverified_days: i64 = 30, DAYS, "FedRAMP: monthly scans";
        /// Returns from which a re-opened detection is reported.
        reopen_flag: i64 = 2, COUNT, "ours";
        /// Share of late fixes above which it is reported.
        late_close_warn: Ratio = Ratio::millionths(200_000), Any, "ours";
        /// Days for known-exploited vulnerabilities without a due date.
        kev_days: i64 = 14, DAYS, "practice of CISA BOD 22-01";
    }
}

table! {
    /// Control 1: scan schedule coverage.
    ScanSchedule "c01" {
        /// Longest gap in days between two launches of the best schedule of a group.
        max_interval_days: i64 = 30, DAYS, "specification; FedRAMP RA-5 monthly";
        /// Days since the last finished run of an active schedule.
        max_run_age_days: i64 = 30, DAYS, "specification";
        /// Hours that a next launch may lie in the past.
        next_launch_grace_hours: i64 = 24, HOURS, "ours";
        /// Whether live agents cover a group that no schedule reaches.
        agents_satisfy_schedule: bool = true, Any, "ours";
        /// Share of a group's eligible hosts that must have a live agent for that.
        agent_cover_min: Ratio = Ratio::millionths(950_000), Any, "ours";
        /// Share of a group's addresses that active schedules must reach.
        group_cover_min: Ratio = Ratio::millionths(1_000_000), Any, "ours";
        /// Runs in a row without success that are reported.
        fail_run_window: i64 = 3, COUNT, "ours";
    }
}

table! {
    /// Control 2: authenticated scan ratio.
    AuthRatio "c02" {
        /// Share of scanned hosts that must be seen with credentials or a live agent.
        min_ratio: Ratio = Ratio::millionths(800_000), Any, "specification";
        /// Whether exactly the limit already misses it.
        min_ratio_exclusive: bool = false, Any, "specification: below";
        /// Share below which the finding is critical.
        critical_floor: Ratio = Ratio::millionths(500_000), Any, "ours";
        /// Scanned hosts below which a group or OS family is not judged.
        min_population: i64 = 5, COUNT, "ours";
        /// Days back in which a scan counts.
        window_days: i64 = 30, DAYS, "FedRAMP: monthly";
        /// Share of known hosts that may never have been scanned.
        never_scanned_warn: Ratio = Ratio::millionths(50_000), Any, "ours";
    }
}
