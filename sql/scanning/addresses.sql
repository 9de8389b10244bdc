-- One row a subscribed address range.
SELECT r.network_id, r.first, r.last FROM ip_range AS r ORDER BY r.row;
