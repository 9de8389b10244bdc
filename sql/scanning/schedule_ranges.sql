-- One row a range of addresses in a schedule: part of its target, or excluded from it.
SELECT r.schedule_row, s.network_id, r.source = 'excluded' AS excluded, r.first, r.last
FROM schedule_range AS r JOIN scan_schedule AS s ON s.row = r.schedule_row
ORDER BY r.schedule_row, r.source, r.first, r.last;
