-- One row a distribution group and a schedule of scans that is on, or of which that is not known, and that tells it.
SELECT coalesce(nullif(trim(g.title), ''), 'id ' || g.group_id) AS title, trim(coalesce(g.title, '')) <> '' AS named, s.id, coalesce(s.title, 'schedule ' || s.id) AS schedule, s.active, s.row >> 24 AS response, s."offset", s.length
FROM schedule_recipient AS g JOIN (
    SELECT row, id, title, active, "offset", length FROM scan_schedule
    UNION ALL
    SELECT row, id, title, active, "offset", length FROM compliance_schedule
) AS s ON s.row = g.schedule_row
WHERE (s.active IN (1, 2) OR s.active IS NULL) AND (g.title IS NOT NULL OR g.group_id IS NOT NULL)
ORDER BY 1, 2, s.row;
