//! A subscription of any size for the benchmarks, and how it is judged.

use std::collections::BTreeSet;
use std::fs;

use qualys_sec_inspector::assess::{Assignment, Bundle, Report, assess};
use qualys_sec_inspector::catalogue::ENDPOINTS;
use qualys_sec_inspector::evidence::{Coverage, Model, Scope, State, View};
use qualys_sec_inspector::finding::Severity;
use qualys_sec_inspector::profile::{Inputs, Profile};

/// 2026-03-29T00:00:00Z
pub(crate) const AS_OF: i64 = 1_774_742_400;

/// Detections on a host.
pub(crate) const ON_HOST: u64 = 100;

/// Hosts with agents, tags and logins in a hundred groups, each with the same number of detections
/// of 5,000 QIDs, collected `days` after [`AS_OF`]. Each day one host in 500 goes, one detection in
/// 300 is fixed, and something about one host in 1,000 is set anew.
pub(crate) fn filled(detections: u64, days: u64) -> Model {
    let model = Model::create(None).unwrap();
    let hosts = detections / ON_HOST;
    let now = clock(days);
    let fill = format!(
        "BEGIN;
         INSERT INTO response VALUES (1, 'vm/asset-groups', 1, '2.0', {now}, 'd', 1000000000, 100),
             (2, 'vm/hosts', 1, '5.0', {now}, 'a', 1000000000, {hosts}),
             (3, 'vm/detections', 1, '5.0', {now}, 'b', 1000000000, {hosts}),
             (4, 'vm/knowledge-base', 1, '4.0', {now}, 'c', 1000000000, 5000),
             (5, 'am/host-assets', 1, '2.0', {now}, 'e', 1000000000, {hosts}),
             (6, 'am/tags', 1, '2.0', {now}, 'f', 1000000000, 50),
             (7, 'vm/scan-schedules', 1, '2.0', {now}, 'a1', 1000000000, 100),
             (8, 'vm/ips', 1, '2.0', {now}, 'a2', 1000000000, 1),
             (9, 'vm/auth-detections', 1, '5.0', {now}, 'a3', 1000000000, {hosts}),
             (10, 'vm/auth-record-details', 1, '2.0', {now}, 'a4', 1000000000, 50),
             (11, 'vm/activity-log', 1, '2.0', {now}, 'a5', 1000000000, {hosts});
         INSERT INTO parameter VALUES ('vm/detections', 'status', 'New,Active,Re-Opened,Fixed'), ('vm/hosts', 'show_tags', '1');
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {hosts})
         INSERT INTO host (row, id, ip, name, dns, os, os_family, tracking_method, qg_hostid, first_found, last_activity, last_boot, last_vm_scan, last_vm_auth, \"offset\", length)
             SELECT (2 << 24) + i, i, unhex(printf('0A%06X', i)), 'h' || i, 'h' || i || '.example.com', 'Linux 5', CASE i % 5 WHEN 0 THEN 'windows' ELSE 'linux' END, 'IP', 'agent-' || i,
                 {now} - 40000000, {now} - i % 97 * 86400, {now} - i % 120 * 86400, {now} - i % 97 * 86400, {now} - i % 40 * 86400, i * 100, 90
             FROM n WHERE i % 500 >= {days};
         UPDATE host SET os = 'Linux 6', os_family = 'unix' WHERE id % 1000 < {days};
         INSERT INTO host_group SELECT row, 10 + id % 100 FROM host WHERE id % 20 > 0;
         INSERT INTO asset_group (row, id, title, \"offset\", length)
             SELECT (1 << 24) + id, id, 'group ' || id, id, 1 FROM (SELECT DISTINCT group_id AS id FROM host_group);
         INSERT INTO group_range SELECT row, 0, unhex(printf('0A%02X0000', id)), unhex(printf('0A%02XFFFF', id)) FROM asset_group;
         INSERT INTO tag (row, id, name, rule_type, created, \"offset\", length)
             SELECT (6 << 24) + id, id, 'tag ' || id, 'STATIC', {now} - 40000000, id, 1 FROM asset_group WHERE id % 2;
         INSERT INTO host_tag SELECT h.row, t.id, t.name FROM host AS h JOIN tag AS t ON t.id = 10 + (h.id + (h.id % 1000 < {days})) % 100 WHERE h.id % 25;
         INSERT INTO host_asset (row, id, host_id, name, os, address, tracking_method, agent_id, agent_status, agent_version, agent_platform, agent_modules, agent_checked_in, last_vuln_scan, \"offset\", length)
             SELECT (5 << 24) + id, 1000000 + id, id, name, os, ip, 'QAGENT', qg_hostid, 'STATUS_ACTIVE', '6.1.' || id % 9, 'Linux', CASE WHEN id % 30 THEN 'AGENT_VM' ELSE 'AGENT_PM' END,
                 {now} - id % 11 * 86400, last_vm_scan, id * 100, 90 FROM host WHERE id % 2;
         INSERT INTO ip_range (row, first, last, \"offset\", length) VALUES ((8 << 24) + 1, x'0A000000', x'0AFFFFFF', 0, 90);
         INSERT INTO scan_schedule (row, id, title, active, user_login, scanner, option_profile, interval_days, occurrence, start, next_launch, \"offset\", length)
             SELECT (7 << 24) + id, id, 'scan ' || id, 1, 'acme_ab', 'va-1', 'deep', 7 + id % 40, 'WEEKLY', {now} - 40000000, {now} + 86400, id * 100, 90 FROM asset_group;
         INSERT INTO schedule_group SELECT s.row, CASE WHEN s.id % 3 THEN g.title ELSE 'All' END FROM scan_schedule AS s JOIN asset_group AS g ON g.id = s.id;
         INSERT INTO auth_record (row, type, id, title, username, login_type, created, modified, active, \"offset\", length)
             SELECT (10 << 24) + id, 'unix', id, 'record ' || id, 'scan', 'basic', {now} - 40000000, {now} - 40000000, 1, id * 100, 90 FROM asset_group WHERE id % 2;
         INSERT INTO auth_record_range SELECT r.row, g.first, g.last FROM auth_record AS r JOIN group_range AS g ON g.group_row & 16777215 = r.id;
         INSERT INTO auth_detection (row, host_id, qid, last_found, success, \"offset\", length)
             SELECT (9 << 24) + id, id, CASE WHEN id % 7 THEN 38307 ELSE 105015 END, last_vm_scan, id % 7 > 0, id * 100, 90 FROM host;
         INSERT INTO activity (row, time, action, module, details, login, role, ip, \"offset\", length)
             SELECT (11 << 24) + id, {now} - id % 34560 * 1000, CASE id % 9 WHEN 0 THEN 'delete' ELSE 'login' END, 'auth', 'user_logged in', 'acme_' || id % 50, 'Reader', '192.0.2.7', id * 100, 90 FROM host;
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO vuln (row, qid, title, vuln_type, severity, published, patch_published, patchable, \"offset\", length)
             SELECT (4 << 24) + i, i, 'QID ' || i, 'Vulnerability', 1 + i % 5, {AS_OF} - 40000000, {AS_OF} - i * 8640, i % 9 > 0, i, 1 FROM n;
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {detections})
         INSERT INTO detection (row, host_id, qid, type, severity, status, first_found, last_found, last_test, last_fixed, last_reopened,
                 times_found, times_reopened, qds, is_ignored, is_disabled, running_kernel, \"offset\", length)
             SELECT (3 << 24) + i, 1 + i / {ON_HOST}, 1 + i * 7 % 5000, 'Confirmed', 1 + (1 + i * 7 % 5000) % 5,
                 CASE WHEN i % 300 < {days} OR i % 4 = 0 THEN 'Fixed' WHEN i % 16 = 1 THEN 'Re-Opened' ELSE 'Active' END,
                 {AS_OF} - i % 200 * 86400, {now} - 86400, {now} - i % 70 * 86400, CASE WHEN i % 4 = 0 THEN {AS_OF} - i % 50 * 86400 END,
                 CASE WHEN i % 16 = 1 THEN {AS_OF} - i % 150 * 86400 END,
                 3, CASE WHEN i % 16 = 1 THEN i % 5 END, i % 100, i % 301 = 0, 0, CASE WHEN i % 100 = 7 THEN i / 100 % 2 END, i, 1
             FROM n WHERE (1 + i / {ON_HOST}) % 500 >= {days};
         COMMIT;",
    );
    model.connection().execute_batch(&fill).unwrap();
    model.index().unwrap();
    model
}

/// The clock of the snapshot that was collected so many days later.
pub(crate) fn clock(days: u64) -> i64 {
    AS_OF + 86_400 * i64::try_from(days).unwrap()
}

pub(crate) fn judge(model: &Model, controls: &BTreeSet<u8>, as_of: i64) -> Report {
    let coverage: Vec<Coverage> = ENDPOINTS
        .iter()
        .map(|endpoint| Coverage {
            endpoint: endpoint.id.to_owned(),
            state: State::Present,
            pages: 1,
            records: 1,
            reason: None,
        })
        .collect();
    let text = str::to_owned;
    let assignment = Assignment {
        model: model.connection(),
        coverage: &coverage,
        scope: &Scope {
            login: text("bench"),
            role: None,
            view: View::Full,
            source: text("vm/users"),
        },
        bundle: Bundle {
            file: text("bench.qsi"),
            id: "0".repeat(32),
            root: text("sha256:00"),
            platform: text("us1"),
            subscription: text("bench"),
            collected_from: text("2026-03-29T00:00:00Z"),
            collected_to: text("2026-03-29T00:10:00Z"),
            verdict: "trusted".into(),
            completeness: text("complete"),
            signature: None,
            custody: Vec::new(),
            failures: Vec::new(),
        },
        answers: Vec::new(),
        collected: as_of,
        as_of,
        profile: &Profile::default(),
        inputs: &Inputs::default(),
        controls,
        severity: Severity::Low,
    };
    assess(assignment).unwrap()
}

/// Starts the high-water mark of this process anew, where Linux lets it.
pub(crate) fn forget_peak() {
    drop(fs::write("/proc/self/clear_refs", "5"));
}

/// The high-water mark of this process, MB.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
