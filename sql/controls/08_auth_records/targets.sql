-- The hosts in the target of each schedule, as far as a login matters: no live agent, and a record for their
-- family in their network. Hosts all of whose addresses are excluded leave it.
CREATE TEMP TABLE login_target AS
WITH shut AS MATERIALIZED (
    SELECT a.host_row, a.address FROM excluded_range AS e JOIN setting AS s
    JOIN login_address AS a ON a.network_id = e.network_id AND a.address BETWEEN e.first AND e.last AND length(a.address) = length(e.first)
    WHERE coalesce(e.expires >= s.as_of, 1)
), wanted AS MATERIALIZED (
    SELECT h.row, h.id, h.network_id FROM login_host AS h
    WHERE h.agent IS NOT 1 AND EXISTS (SELECT 1 FROM login_record AS r WHERE r.family = h.os_family AND r.network_id = h.network_id)
      AND (h.row NOT IN (SELECT host_row FROM shut)
        OR EXISTS (SELECT 1 FROM login_address AS a WHERE a.host_row = h.row AND a.address NOT IN (SELECT o.address FROM shut AS o WHERE o.host_row = h.row)))
), carried AS (
    SELECT t.host_row, t.name FROM host_tag AS t WHERE t.name IN (SELECT name FROM schedule_tag)
    UNION
    SELECT p.host_row, t.name FROM host_asset_tag AS t JOIN host_portal AS p ON p.asset_row = t.asset_row WHERE t.name IN (SELECT name FROM schedule_tag)
), met AS (
    SELECT t.schedule_row, t.excluded, c.host_row, count(DISTINCT t.name) AS tags,
        (SELECT count(DISTINCT o.name) FROM schedule_tag AS o WHERE o.schedule_row = t.schedule_row AND o.excluded = t.excluded) AS wanted
    FROM schedule_tag AS t JOIN login_schedule AS l ON l.row = t.schedule_row JOIN carried AS c ON c.name = t.name
    GROUP BY t.schedule_row, t.excluded, c.host_row
), chosen AS (
    SELECT m.schedule_row, m.host_row, m.excluded FROM met AS m JOIN scan_schedule AS s ON s.row = m.schedule_row
    WHERE m.tags = m.wanted OR NOT coalesce(CASE WHEN m.excluded THEN s.tag_exclude_selector ELSE s.tag_include_selector END = 'all' COLLATE NOCASE, 0)
), aimed AS (
    SELECT g.schedule_row, r.network_id, r.first, r.last
    FROM schedule_group AS g JOIN asset_group AS a ON trim(a.title) = trim(g.title) JOIN group_range AS r ON r.group_row = a.row
    UNION
    SELECT r.schedule_row, s.network_id, r.first, r.last FROM schedule_range AS r JOIN scan_schedule AS s ON s.row = r.schedule_row WHERE r.source <> 'excluded'
), reached AS (
    SELECT g.schedule_row, h.id AS host_id FROM schedule_group AS g JOIN asset_group AS a ON trim(a.title) = trim(g.title)
    JOIN host_group AS m ON m.group_id = a.id JOIN host AS h ON h.row = m.host_row
    UNION
    SELECT g.schedule_row, m.host_id FROM schedule_group AS g JOIN asset_group AS a ON trim(a.title) = trim(g.title) JOIN group_host AS m ON m.group_row = a.row
)
SELECT l.row AS schedule_row, w.row AS host_row
FROM login_schedule AS l JOIN scan_schedule AS s ON s.row = l.row JOIN reached AS t ON t.schedule_row = l.row JOIN wanted AS w ON w.id = t.host_id AND w.network_id = s.network_id
UNION
SELECT l.row, w.row FROM login_schedule AS l JOIN scan_schedule AS s ON s.row = l.row JOIN aimed AS t ON t.schedule_row = l.row AND t.network_id = s.network_id
JOIN login_address AS a ON a.network_id = t.network_id AND a.address BETWEEN t.first AND t.last AND length(a.address) = length(t.first)
JOIN wanted AS w ON w.row = a.host_row
UNION
SELECT l.row, w.row FROM login_schedule AS l JOIN scan_schedule AS s ON s.row = l.row JOIN wanted AS w ON w.network_id = s.network_id
WHERE EXISTS (SELECT 1 FROM schedule_group AS g WHERE g.schedule_row = l.row AND g.title = 'All')
UNION
SELECT l.row, w.row FROM login_schedule AS l JOIN scan_schedule AS s ON s.row = l.row JOIN chosen AS t ON t.schedule_row = l.row AND NOT t.excluded
JOIN wanted AS w ON w.row = t.host_row AND w.network_id = s.network_id
WHERE NOT EXISTS (SELECT 1 FROM chosen AS o WHERE o.schedule_row = t.schedule_row AND o.host_row = t.host_row AND o.excluded)
ORDER BY 1, 2;
DELETE FROM login_target WHERE schedule_row IN (SELECT r.schedule_row FROM schedule_range AS r WHERE r.source = 'excluded')
  AND EXISTS (SELECT 1 FROM login_address AS a WHERE a.host_row = login_target.host_row)
  AND NOT EXISTS (
    SELECT 1 FROM login_address AS a WHERE a.host_row = login_target.host_row
      AND NOT EXISTS (SELECT 1 FROM schedule_range AS r WHERE r.schedule_row = login_target.schedule_row AND r.source = 'excluded'
                        AND a.address BETWEEN r.first AND r.last AND length(a.address) = length(r.first))
      AND NOT EXISTS (SELECT 1 FROM excluded_range AS e JOIN setting AS s WHERE e.network_id = a.network_id AND coalesce(e.expires >= s.as_of, 1)
                        AND a.address BETWEEN e.first AND e.last AND length(a.address) = length(e.first)));
