-- One row a recurring schedule that is on, or of which that is not known. by_tag: its target is given by tags;
-- by_rule: and by the ranges that the tags' own rules name, which are not in targets.sql.
SELECT s.row, s.id, s.title, s.active, s.network_id, s.cloud_connector IS NOT NULL AS by_cloud, s.tag_ranges <> 0 AS by_rule,
    EXISTS (SELECT 1 FROM schedule_tag AS t WHERE t.schedule_row = s.row AND NOT t.excluded) OR coalesce(trim(s.target) = 'Asset Tags Included' COLLATE NOCASE, 0) AS by_tag,
    s.row >> 24 AS response, s."offset", s.length
FROM scan_schedule AS s
WHERE (s.active IN (1, 2) OR s.active IS NULL) AND s.interval_days IS NOT NULL
ORDER BY s.id, s.row;
