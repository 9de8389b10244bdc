-- One row a range of addresses in a schedule's target, before anything is left out: of groups, typed, of the group
-- All, and the single addresses of hosts that groups and tags name, as far as some schedule leaves them out in any network.
WITH shut AS MATERIALIZED (
    SELECT h.row AS host_row, h.id, h.network_id, h.ip AS address FROM schedule_range AS r CROSS JOIN host AS h ON h.ip BETWEEN r.first AND r.last WHERE r.source = 'excluded'
    UNION
    SELECT h.row, h.id, h.network_id, h.ipv6 FROM schedule_range AS r CROSS JOIN host AS h ON h.ipv6 BETWEEN r.first AND r.last WHERE r.source = 'excluded'
), carried AS (
    SELECT x.host_row, t.name FROM shut AS x JOIN host_tag AS t ON t.host_row = x.host_row
    UNION
    SELECT x.host_row, t.name FROM shut AS x JOIN host_portal AS p ON p.host_row = x.host_row JOIN host_asset_tag AS t ON t.asset_row = p.asset_row
), met AS (
    SELECT t.schedule_row, t.excluded, c.host_row, count(DISTINCT t.name) AS tags,
        (SELECT count(DISTINCT o.name) FROM schedule_tag AS o WHERE o.schedule_row = t.schedule_row AND o.excluded = t.excluded) AS wanted
    FROM schedule_tag AS t JOIN carried AS c ON c.name = t.name
    GROUP BY t.schedule_row, t.excluded, c.host_row
), chosen AS (
    SELECT m.schedule_row, m.host_row, m.excluded FROM met AS m JOIN scan_schedule AS s ON s.row = m.schedule_row
    WHERE m.tags = m.wanted OR NOT coalesce(CASE WHEN m.excluded THEN s.tag_exclude_selector ELSE s.tag_include_selector END = 'all' COLLATE NOCASE, 0)
), grouped AS (
    SELECT g.schedule_row, s.network_id, a.row AS group_row, a.id AS group_id
    FROM schedule_group AS g JOIN scan_schedule AS s ON s.row = g.schedule_row JOIN asset_group AS a ON trim(a.title) = trim(g.title)
)
SELECT g.schedule_row, g.network_id, r.first, r.last FROM grouped AS g JOIN group_range AS r ON r.group_row = g.group_row AND r.network_id = g.network_id
UNION
SELECT r.schedule_row, s.network_id, r.first, r.last FROM schedule_range AS r JOIN scan_schedule AS s ON s.row = r.schedule_row WHERE r.source <> 'excluded'
UNION
SELECT g.schedule_row, s.network_id, r.first, r.last
FROM schedule_group AS g JOIN scan_schedule AS s ON s.row = g.schedule_row
JOIN (SELECT network_id, first, last FROM ip_range UNION SELECT network_id, first, last FROM group_range) AS r ON r.network_id = s.network_id
WHERE g.title = 'All'
UNION
SELECT g.schedule_row, g.network_id, x.address, x.address FROM grouped AS g CROSS JOIN group_host AS m ON m.group_row = g.group_row JOIN shut AS x ON x.id = m.host_id AND x.network_id = g.network_id
UNION
SELECT g.schedule_row, g.network_id, x.address, x.address FROM grouped AS g JOIN host_group AS m ON m.group_id = g.group_id JOIN shut AS x ON x.host_row = m.host_row AND x.network_id = g.network_id
UNION
SELECT c.schedule_row, s.network_id, x.address, x.address FROM chosen AS c JOIN scan_schedule AS s ON s.row = c.schedule_row
JOIN shut AS x ON x.host_row = c.host_row AND x.network_id = s.network_id
WHERE NOT c.excluded AND NOT EXISTS (SELECT 1 FROM chosen AS o WHERE o.schedule_row = c.schedule_row AND o.host_row = c.host_row AND o.excluded)
ORDER BY 1, 2, 3, 4;
