-- One row a scan and a group that it was for; NULL where it names none.
SELECT n.row, n.reference, n.title, n.type = 'Scheduled' COLLATE NOCASE AS scheduled, n.launched, n.launched + coalesce(n.duration, 0) AS ended, trim(g.title) AS group_title,
    n.row >> 24 AS response, n."offset", n.length
FROM scan AS n LEFT JOIN scan_group AS g ON g.scan_row = n.row
WHERE n.launched IS NOT NULL
ORDER BY n.launched, n.row, 7;
