-- One row a range of addresses of a record.
SELECT g.record_row, r.network_id, g.first, g.last
FROM auth_record_range AS g JOIN auth_record AS r ON r.row = g.record_row
ORDER BY g.record_row, g.first, g.last;
