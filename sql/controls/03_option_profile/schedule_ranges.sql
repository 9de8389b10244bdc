-- One row a range of addresses in a schedule's target: its own, or of a group that it names.
SELECT r.schedule_row, s.network_id, r.first, r.last
FROM schedule_range AS r JOIN scan_schedule AS s ON s.row = r.schedule_row WHERE r.source <> 'excluded'
UNION
SELECT g.schedule_row, r.network_id, r.first, r.last
FROM schedule_group AS g JOIN asset_group AS a ON a.title = g.title JOIN group_range AS r ON r.group_row = a.row
JOIN scan_schedule AS s ON s.row = g.schedule_row AND s.network_id = r.network_id
ORDER BY 1, 2, 3, 4;
