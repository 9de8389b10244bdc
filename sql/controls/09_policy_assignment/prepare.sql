-- Sorts policies and hosts once for the statements beside this one. active: 1 or 0, NULL where the status is not
-- said or is no known word; inactive is what a draft is called on the wire (rest.md). everything: it names the
-- built-in group of all hosts. The other tables are filled by the statements that take parameters.
DROP TABLE IF EXISTS temp.policy_state;
DROP TABLE IF EXISTS temp.compliance_host;
DROP TABLE IF EXISTS temp.compliance_member;
DROP TABLE IF EXISTS temp.compliance_tag;
DROP TABLE IF EXISTS temp.under_policy;
DROP TABLE IF EXISTS temp.host_cover;
DROP TABLE IF EXISTS temp.served_family;
DROP TABLE IF EXISTS temp.integrity_control;
DROP TABLE IF EXISTS temp.integrity_use;
CREATE TEMP TABLE policy_state AS
SELECT p.row, p.id, p.title, p.status,
    CASE trim(p.status) COLLATE NOCASE WHEN 'active' THEN 1 WHEN 'inactive' THEN 0 WHEN 'draft' THEN 0 WHEN 'disabled' THEN 0 END AS active,
    p.evaluated, coalesce(p.agent_ips, 0) AS agent_ips, coalesce(p.hidden, 0) AS hidden,
    coalesce(p.tag_include_selector = 'all' COLLATE NOCASE, 0) AS all_tags,
    (SELECT count(*) FROM policy_group AS g WHERE g.policy_row = p.row) AS groups,
    (SELECT count(DISTINCT t.tag_id) FROM policy_tag AS t WHERE t.policy_row = p.row AND NOT t.excluded) AS tags,
    EXISTS (SELECT 1 FROM policy_group AS g JOIN asset_group AS a ON a.id BETWEEN g.first_id AND g.last_id WHERE g.policy_row = p.row AND a.title = 'All') AS everything,
    p."offset", p.length
FROM policy AS p
WHERE p.row IN (SELECT min(row) FROM policy GROUP BY id)
ORDER BY p.row;
-- scanned: its last compliance scan, by the host list, else by the list of detections. scan_age: NULL where there was
-- none or its time lies in the future. agentless: the portal knows the host, and no agent on it. maybe_gone: as
-- in views.sql; whether such a host counts is not known.
CREATE TEMP TABLE compliance_host AS
WITH detected AS (
    SELECT id, max(row) AS row, last_compliance_scan AS scanned FROM detection_host WHERE last_compliance_scan IS NOT NULL GROUP BY id
), dated AS (
    SELECT h.row, h.id, h.os_family, a.row IS NOT NULL AND a.agent_id IS NULL AS agentless, h.maybe_gone, coalesce(o.last_compliance_scan, d.scanned) AS scanned,
        CASE WHEN o.last_compliance_scan IS NULL THEN d.row ELSE h.row END >> 24 AS source, h."offset", h.length
    FROM host_state AS h JOIN host AS o ON o.row = h.row LEFT JOIN detected AS d ON d.id = h.id LEFT JOIN host_asset AS a ON a.row = h.asset_row
    WHERE NOT h.gone
)
SELECT d.row, d.id, d.os_family, d.agentless, d.maybe_gone, d.scanned,
    CASE WHEN d.scanned <= max(s.as_of, coalesce(r.received, 0) + s.skew) THEN max(s.as_of - d.scanned, 0) END AS scan_age,
    d."offset", d.length
FROM dated AS d JOIN setting AS s LEFT JOIN response AS r ON r.seq = d.source
ORDER BY d.row;
CREATE UNIQUE INDEX temp.compliance_host_by_row ON compliance_host (row);
CREATE INDEX temp.compliance_host_by_id ON compliance_host (id);
CREATE TEMP TABLE compliance_member AS
SELECT m.group_id, h.row AS host_row FROM host_group AS m JOIN compliance_host AS h ON h.row = m.host_row
UNION
SELECT g.id, h.row FROM group_host AS m JOIN asset_group AS g ON g.row = m.group_row JOIN compliance_host AS h ON h.id = m.host_id
ORDER BY 1, 2;
CREATE INDEX temp.compliance_member_by_group ON compliance_member (group_id, host_row);
-- Hosts with the tags that policies name; a tag that is given by name alone is looked up.
CREATE TEMP TABLE compliance_tag AS
WITH named AS (
    SELECT DISTINCT p.tag_id, t.name FROM policy_tag AS p LEFT JOIN tag AS t ON t.id = p.tag_id
)
SELECT h.row AS host_row, n.tag_id
FROM host_tag AS t JOIN named AS n ON n.tag_id = t.tag_id OR (t.tag_id IS NULL AND n.name = t.name) JOIN compliance_host AS h ON h.row = t.host_row
UNION
SELECT s.row, n.tag_id
FROM host_asset_tag AS t JOIN named AS n ON n.tag_id = t.tag_id OR (t.tag_id IS NULL AND n.name = t.name) JOIN host_state AS s ON s.asset_row = t.asset_row
WHERE NOT s.gone
ORDER BY 1, 2;
CREATE INDEX temp.compliance_tag_by_tag ON compliance_tag (tag_id, host_row);
CREATE TEMP TABLE under_policy AS
SELECT p.row AS policy_row, m.host_row
FROM policy_state AS p JOIN policy_group AS g ON g.policy_row = p.row JOIN compliance_member AS m ON m.group_id BETWEEN g.first_id AND g.last_id
WHERE p.active IS NOT 0
UNION
SELECT p.row, h.row FROM policy_state AS p JOIN compliance_host AS h WHERE p.active IS NOT 0 AND p.everything
UNION
SELECT c.policy_row, c.host_row
FROM (
    SELECT p.row AS policy_row, c.host_row, p.all_tags, p.tags, count(DISTINCT t.tag_id) AS carried
    FROM policy_state AS p JOIN policy_tag AS t ON t.policy_row = p.row AND NOT t.excluded JOIN compliance_tag AS c ON c.tag_id = t.tag_id
    WHERE p.active IS NOT 0
    GROUP BY p.row, c.host_row
) AS c
WHERE (c.carried = c.tags OR NOT c.all_tags)
  AND NOT EXISTS (SELECT 1 FROM policy_tag AS x JOIN compliance_tag AS e ON e.tag_id = x.tag_id WHERE x.policy_row = c.policy_row AND x.excluded AND e.host_row = c.host_row)
ORDER BY 1, 2;
-- sure: 1 an active policy reaches the host, 0 one does of which it is not known whether it is active.
CREATE TEMP TABLE host_cover AS
SELECT u.host_row, max(coalesce(p.active, 0)) AS sure
FROM under_policy AS u JOIN policy_state AS p ON p.row = u.policy_row
GROUP BY u.host_row
ORDER BY u.host_row;
CREATE UNIQUE INDEX temp.host_cover_by_host ON host_cover (host_row);
CREATE TEMP TABLE served_family AS
SELECT DISTINCT policy_row, os_family FROM policy_technology WHERE os_family IS NOT NULL
ORDER BY 1, 2;
CREATE INDEX temp.served_family_by_policy ON served_family (policy_row, os_family);
-- Controls of file integrity, by their type or their option.
CREATE TEMP TABLE integrity_control AS
SELECT DISTINCT c.id FROM compliance_control AS c LEFT JOIN control_technology AS k ON k.control_row = c.row
WHERE c.check_type LIKE '%file integrity%' OR k.use_scan_value IS NOT NULL
ORDER BY 1;
CREATE UNIQUE INDEX temp.integrity_control_by_id ON integrity_control (id);
-- Which policies use which of them on which technology, NULL where the policy names none.
-- sure: as in host_cover.
CREATE TEMP TABLE integrity_use AS
SELECT u.control_id, p.id AS policy_id, t.technology_id, max(coalesce(p.active, 0)) AS sure
FROM policy_control AS u JOIN policy_state AS p ON p.row = u.policy_row LEFT JOIN policy_technology AS t ON t.policy_row = p.row
WHERE p.active IS NOT 0 AND (u.status IS NULL OR u.status <> 'inactive' COLLATE NOCASE)
  AND u.control_id IN (SELECT id FROM integrity_control)
GROUP BY u.control_id, p.id, t.technology_id
ORDER BY 1, 2, 3;
CREATE INDEX temp.integrity_use_by_control ON integrity_use (control_id);
