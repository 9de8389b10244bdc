-- One row a range of addresses that a schedule leaves out by itself.
SELECT r.schedule_row, s.network_id, r.first, r.last
FROM schedule_range AS r JOIN scan_schedule AS s ON s.row = r.schedule_row WHERE r.source = 'excluded'
ORDER BY 1, 2, 3, 4;
