-- One row an application that a schedule for vulnerability scans, neither off nor invalid, covers:
-- covered 1, or NULL where the schedule does not say enough. An answer says `invalid` only of
-- schedules whose application was deleted.
WITH live AS (
    SELECT s.row, upper(s.tag_option) AS choice,
        CASE WHEN s.active = 1 AND s.type = 'VULNERABILITY' COLLATE NOCASE THEN 1 END AS surely,
        (SELECT count(*) FROM was_schedule_tag AS t WHERE t.schedule_row = s.row AND NOT t.excluded) AS wanted,
        (SELECT count(*) FROM was_schedule_tag AS t WHERE t.schedule_row = s.row AND t.excluded) AS barred
    FROM was_schedule AS s
    WHERE coalesce(s.active, 1) = 1 AND coalesce(s.invalid, 0) = 0 AND coalesce(s.type, 'VULNERABILITY') = 'VULNERABILITY' COLLATE NOCASE
), tagged AS (
    SELECT a.id AS app_id, l.row, l.choice, l.surely, l.wanted, l.barred,
        count(DISTINCT t.tag_id) FILTER (WHERE NOT t.excluded) AS carried,
        count(DISTINCT t.tag_id) FILTER (WHERE t.excluded) AS hit
    FROM live AS l
    JOIN was_schedule_tag AS t ON t.schedule_row = l.row
    JOIN web_app_tag AS m ON m.tag_id = t.tag_id
    JOIN web_app AS a ON a.row = m.app_row
    GROUP BY a.id, l.row
), met AS (
    SELECT x.app_id, l.surely AS covered FROM live AS l JOIN was_schedule_app AS x ON x.schedule_row = l.row
    UNION ALL
    SELECT app_id, CASE
            WHEN carried = 0 OR hit > 0 AND hit = barred THEN 0
            WHEN hit > 0 OR carried < wanted AND choice IS NULL THEN NULL
            WHEN choice = 'ALL' AND carried < wanted THEN 0
            ELSE surely
        END
    FROM tagged
)
SELECT app_id, max(covered) AS covered FROM met WHERE covered IS NOT 0
GROUP BY app_id
ORDER BY app_id;
