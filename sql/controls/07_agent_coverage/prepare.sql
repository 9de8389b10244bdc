-- Joins hosts and agents once for the statements beside this one: `agent_host` a host of the host
-- list, `agent_record` an agent, by the newest record that carries its id.
DROP TABLE IF EXISTS temp.agent_host;
DROP TABLE IF EXISTS temp.agent_record;
-- An expression has no affinity of its own, and without one SQLite would not look asset_row up.
-- lived: seconds between first sight and last sign; known: seconds since its first sight.
CREATE TEMP TABLE agent_host AS
SELECT s.row, s.id, s.network_id, s.os_family, s.cloud_provider, s.gone, s.agent, CAST(s.asset_row AS INTEGER) AS asset_row, s."offset", s.length,
    max(coalesce(s.last_activity, 0), coalesce(s.last_vm_scan, s.last_vuln_scan, 0)) - s.first_found AS lived, p.as_of - s.first_found AS known
FROM host_state AS s JOIN setting AS p
ORDER BY s.row;
CREATE INDEX temp.agent_host_by_id ON agent_host (id);
CREATE INDEX temp.agent_host_by_asset ON agent_host (asset_row);
-- active, vm, licensed: 1, 0, NULL where the portal does not say. An agent is as gone as its host.
CREATE TEMP TABLE agent_record AS
SELECT m.row, m.agent_id, m.name, m.version, m.platform, m.instance_id, m.host_id, m."offset", m.length, m.active, m.vm, m.licensed, m.checked_age, m.scan_age,
    coalesce(m.instance_state = 'TERMINATED' COLLATE NOCASE, 0)
      OR EXISTS (SELECT 1 FROM agent_host AS h WHERE h.id = m.host_id AND h.gone)
      OR EXISTS (SELECT 1 FROM asset AS l WHERE l.status = 'decommissioned' COLLATE NOCASE AND l.instance_id = m.instance_id) AS gone
FROM (
    SELECT a.row, a.agent_id, a.name, a.agent_version AS version, a.agent_platform AS platform, a.instance_id, a.instance_state, a."offset", a.length,
        CASE WHEN a.agent_status IS NULL THEN NULL ELSE a.agent_status COLLATE NOCASE IN ('STATUS_ACTIVE', 'ACTIVE') END AS active,
        ',' || replace(upper(a.agent_modules), ' ', '') || ',' LIKE '%,AGENT!_VM,%' ESCAPE '!' OR ',' || replace(upper(a.agent_modules), ' ', '') || ',' LIKE '%,VM,%' AS vm,
        trim(a.agent_modules) <> '' AS licensed,
        CASE WHEN a.agent_checked_in <= s.as_of THEN s.as_of - a.agent_checked_in
             WHEN a.agent_checked_in <= (SELECT received FROM response WHERE seq = a.row >> 24) + s.skew THEN 0 END AS checked_age,
        CASE WHEN a.last_vuln_scan <= s.as_of THEN s.as_of - a.last_vuln_scan
             WHEN a.last_vuln_scan <= (SELECT received FROM response WHERE seq = a.row >> 24) + s.skew THEN 0 END AS scan_age,
        coalesce((SELECT h.id FROM agent_host AS h WHERE h.id = a.host_id LIMIT 1),
            (SELECT h.id FROM host AS h WHERE h.qg_hostid = a.agent_id COLLATE NOCASE ORDER BY h.row LIMIT 1),
            (SELECT h.id FROM agent_host AS h WHERE h.asset_row = a.row ORDER BY h.row LIMIT 1)) AS host_id
    FROM host_asset AS a JOIN setting AS s
    WHERE a.agent_id IS NOT NULL AND a.row = (
        SELECT o.row FROM host_asset AS o WHERE o.agent_id = a.agent_id COLLATE NOCASE ORDER BY o.agent_checked_in DESC, o.row LIMIT 1)
) AS m
ORDER BY m.row;
CREATE INDEX temp.agent_record_by_host ON agent_record (host_id);
CREATE UNIQUE INDEX temp.agent_record_by_row ON agent_record (row);
