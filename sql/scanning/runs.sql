-- One row a run of a schedule, newest first: from its history, or from the scan list, where only
-- the title says which schedule a scan was of.
SELECT s.row AS schedule_row, 1 AS own, r.launched, r.state, r.sub_state, r.row >> 24 AS response, r."offset", r.length, r.reference, a.received
FROM scan_schedule AS s JOIN schedule_run AS r ON r.schedule_id = s.id LEFT JOIN response AS a ON a.seq = r.row >> 24
UNION ALL
SELECT s.row, 0, n.launched, n.state, n.sub_state, n.row >> 24, n."offset", n.length, n.reference, a.received
FROM scan_schedule AS s JOIN scan AS n ON n.title = s.title AND n.type = 'Scheduled' COLLATE NOCASE LEFT JOIN response AS a ON a.seq = n.row >> 24
ORDER BY 1, 2 DESC, 3 DESC, 6 DESC, 7;
