-- What the controls share: hosts with their portal records, members of groups, detections in buckets.
-- Limits come from the profile through one row of `setting`; there is none in here. Times and
-- spans are seconds. A view names facts, it never says whether they are good.

-- skew: how far behind its response a time may lie in the future and still count as "now".
-- score_source: qualys, cvss3 or qds; the four *_from are the least score of each class, in tenths
-- for CVSS. kernels_apart: 1 keeps findings of kernels that do not run out of `open`.
-- reopened_clock: 1 counts a re-opened finding from when it came back.
-- potential: 1 counts potential findings like confirmed ones.
-- portal_read: 1 where the portal's list of assets was read to its end.
CREATE TEMP TABLE setting (as_of INTEGER NOT NULL, skew INTEGER NOT NULL, agent_silence INTEGER NOT NULL, score_source TEXT NOT NULL, critical_from INTEGER NOT NULL, high_from INTEGER NOT NULL, medium_from INTEGER NOT NULL, low_from INTEGER NOT NULL, kernels_apart INTEGER NOT NULL, reopened_clock INTEGER NOT NULL, potential INTEGER NOT NULL, portal_read INTEGER NOT NULL) STRICT;
-- The promised span of each class that has one.
CREATE TEMP TABLE sla (class TEXT PRIMARY KEY, span INTEGER NOT NULL) STRICT;
-- Titles of groups that are not judged.
CREATE TEMP TABLE ignored_group (title TEXT PRIMARY KEY) STRICT;

-- A host's record in the portal: by its host id, else by its agent, else by its address where
-- that is the only one on both sides. The portal names networks by GUID and the host list by
-- number, so an address counts as unique only over all networks.
CREATE TEMP VIEW host_portal AS
SELECT h.row AS host_row, coalesce(
    (SELECT a.row FROM host_asset AS a WHERE a.host_id = h.id
      ORDER BY a.agent_checked_in DESC, a.row LIMIT 1),
    (SELECT a.row FROM host_asset AS a
      WHERE a.agent_id = h.qg_hostid COLLATE NOCASE AND a.host_id IS NULL
      ORDER BY a.agent_checked_in DESC, a.row LIMIT 1),
    (SELECT a.row FROM host_asset AS a
      WHERE a.address = h.ip AND a.host_id IS NULL
        AND (SELECT count(*) FROM host_asset AS o WHERE o.address = h.ip) = 1
        AND (SELECT count(*) FROM host AS o WHERE o.ip = h.ip) = 1
        AND NOT EXISTS (SELECT 1 FROM host AS o WHERE o.qg_hostid = a.agent_id COLLATE NOCASE))
  ) AS asset_row
FROM host AS h;

-- gone: its cloud instance is terminated, or the asset list says that it is decommissioned.
-- maybe_gone: a cloud instance of whose state nothing was read.
-- agent: 1 a live agent with the vulnerability module, 0 none, NULL not to be told. The portal
-- writes STATUS_ACTIVE and AGENT_VM.
CREATE TEMP VIEW host_state AS
SELECT h.row, h.id, h.network_id, h.ip, h.ipv6, h.name, h.dns, h.netbios, h.os, h.os_family,
    coalesce(h.cloud_provider, a.cloud_provider) AS cloud_provider, h.tracking_method,
    h.first_found, h.last_activity, h.last_vuln_scan, h.last_vm_scan, h.last_vm_auth,
    h."offset", h.length, r.received, p.asset_row,
    coalesce(a.instance_state = 'TERMINATED' COLLATE NOCASE, 0) OR EXISTS (
        SELECT 1 FROM asset AS l WHERE l.status = 'decommissioned' COLLATE NOCASE
           AND l.instance_id IN (h.cloud_resource_id, h.ec2_instance_id))
      OR EXISTS (
        SELECT 1 FROM asset AS l WHERE l.status = 'decommissioned' COLLATE NOCASE
           AND l.fqdn = h.dns COLLATE NOCASE)
      OR EXISTS (
        SELECT 1 FROM asset AS l WHERE l.status = 'decommissioned' COLLATE NOCASE
           AND l.ip = h.ip AND (SELECT count(*) FROM host AS o WHERE o.ip = h.ip) = 1) AS gone,
    NOT s.portal_read AND p.asset_row IS NULL
        AND (coalesce(h.tracking_method = 'EC2' COLLATE NOCASE, 0) OR coalesce(h.cloud_provider, h.cloud_resource_id, h.ec2_instance_id) IS NOT NULL) AS maybe_gone,
    CASE
        WHEN a.agent_id IS NULL THEN 0
        WHEN a.agent_status COLLATE NOCASE NOT IN ('STATUS_ACTIVE', 'ACTIVE') THEN 0
        WHEN ',' || replace(upper(a.agent_modules), ' ', '') || ',' NOT LIKE '%,AGENT!_VM,%' ESCAPE '!' AND ',' || replace(upper(a.agent_modules), ' ', '') || ',' NOT LIKE '%,VM,%' THEN 0
        WHEN s.as_of - a.agent_checked_in > s.agent_silence THEN 0
        WHEN a.agent_status IS NULL OR a.agent_modules IS NULL OR a.agent_checked_in IS NULL THEN NULL
        WHEN a.agent_checked_in > max(s.as_of, (SELECT received FROM response WHERE seq = a.row >> 24) + s.skew) THEN NULL
        ELSE 1
    END AS agent
FROM host AS h
JOIN setting AS s
JOIN host_portal AS p ON p.host_row = h.row
LEFT JOIN host_asset AS a ON a.row = p.asset_row
LEFT JOIN response AS r ON r.seq = h.row >> 24;

-- Hosts of the groups that are judged, as the group and the host list name them.
CREATE TEMP VIEW group_member AS
SELECT g.row AS group_row, h.id AS host_id
FROM host_group AS m JOIN host AS h ON h.row = m.host_row JOIN asset_group AS g ON g.id = m.group_id
WHERE g.title NOT IN (SELECT title FROM ignored_group)
UNION
SELECT g.row, m.host_id FROM group_host AS m JOIN asset_group AS g ON g.row = m.group_row
WHERE g.title NOT IN (SELECT title FROM ignored_group);

-- Every detection in exactly one bucket. A row that no bucket claims is `unknown`: it counts for
-- nobody. Information-gathered rows have no status (FO detection list).
-- age: since the profile's clock; NULL where there is no usable time. found_age and back_age: the
-- two clocks apart. class: NULL where the profile's score was not given.
CREATE TEMP VIEW detection_state AS
SELECT d.row, d.host_id, d.qid, d.type, d.severity, d.status, d.running_kernel, d.times_reopened, d.qds, d.is_ignored, d.is_disabled,
    d.first_found, d.last_reopened, d.last_fixed, d.last_test, d."offset", d.length,
    CASE
        WHEN d.host_id IN (SELECT id FROM host_state WHERE gone OR maybe_gone)
            THEN CASE WHEN EXISTS (SELECT 1 FROM host_state AS h WHERE h.id = d.host_id AND h.gone) THEN 'gone_host' ELSE 'unknown' END
        WHEN NOT EXISTS (SELECT 1 FROM host AS h WHERE h.id = d.host_id) THEN 'unknown'
        WHEN d.status = 'Fixed' COLLATE NOCASE THEN 'fixed'
        WHEN d.type = 'Potential' COLLATE NOCASE AND NOT s.potential THEN 'potential'
        WHEN d.type = 'Info' COLLATE NOCASE THEN 'info'
        WHEN d.type IS NULL OR d.type COLLATE NOCASE NOT IN ('Confirmed', 'Potential') THEN 'unknown'
        WHEN d.is_ignored = 1 THEN 'ignored'
        WHEN d.is_disabled = 1 THEN 'disabled'
        WHEN d.running_kernel = 0 AND s.kernels_apart THEN 'non_running'
        WHEN d.status IS NULL OR d.status COLLATE NOCASE NOT IN ('New', 'Active', 'Re-Opened') THEN 'unknown'
        ELSE 'open'
    END AS bucket,
    CASE s.score_source
        WHEN 'cvss3' THEN CASE
            WHEN NOT EXISTS (SELECT 1 FROM vuln AS v WHERE v.qid = d.qid) THEN NULL
            ELSE coalesce(
                (SELECT CASE WHEN v.score >= s.critical_from THEN 'critical' WHEN v.score >= s.high_from THEN 'high' WHEN v.score >= s.medium_from THEN 'medium' WHEN v.score >= s.low_from THEN 'low' ELSE 'info' END
                   FROM (SELECT coalesce(cvss3, cvss2) AS score FROM vuln WHERE qid = d.qid ORDER BY row LIMIT 1) AS v WHERE v.score IS NOT NULL),
                d.native) END
        WHEN 'qds' THEN CASE
            WHEN d.qds >= s.critical_from THEN 'critical' WHEN d.qds >= s.high_from THEN 'high' WHEN d.qds >= s.medium_from THEN 'medium' WHEN d.qds >= s.low_from THEN 'low' ELSE d.native END
        ELSE d.native
    END AS class,
    CASE
        WHEN d.first_found <= s.as_of THEN s.as_of - d.first_found
        WHEN d.first_found <= (SELECT received FROM response WHERE seq = d.row >> 24) + s.skew THEN 0
    END AS found_age,
    CASE
        WHEN d.status <> 'Re-Opened' COLLATE NOCASE THEN NULL
        WHEN d.last_reopened <= s.as_of THEN s.as_of - d.last_reopened
        WHEN d.last_reopened <= (SELECT received FROM response WHERE seq = d.row >> 24) + s.skew THEN 0
    END AS back_age,
    CASE
        WHEN d.last_test <= s.as_of THEN s.as_of - d.last_test
        WHEN d.last_test <= (SELECT received FROM response WHERE seq = d.row >> 24) + s.skew THEN 0
    END AS test_age
FROM (SELECT *, CASE severity WHEN 5 THEN 'critical' WHEN 4 THEN 'high' WHEN 3 THEN 'medium' WHEN 2 THEN 'low' WHEN 1 THEN 'info' END AS native FROM detection) AS d
JOIN setting AS s;
