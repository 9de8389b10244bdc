-- Runs of schedules that began between two clocks, from their history and from the scan list.
SELECT r.reference, r.launched, r.state, r.sub_state, r.row >> 24 AS response, r."offset", r.length
FROM schedule_run AS r
WHERE r.launched > :since AND r.launched <= :until AND r.row = (SELECT min(o.row) FROM schedule_run AS o WHERE o.reference IS r.reference AND o.launched = r.launched AND o.schedule_id = r.schedule_id)
UNION ALL
SELECT n.reference, n.launched, n.state, n.sub_state, n.row >> 24, n."offset", n.length
FROM scan AS n
WHERE n.type = 'Scheduled' COLLATE NOCASE AND n.launched > :since AND n.launched <= :until
  AND n.reference NOT IN (SELECT reference FROM schedule_run WHERE reference IS NOT NULL)
ORDER BY 2, 1, 5, 6;
