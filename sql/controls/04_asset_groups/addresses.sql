-- One row a subscribed range of addresses.
SELECT r.network_id, r.first, r.last, r.row >> 24 AS response, r."offset", r.length FROM ip_range AS r ORDER BY r.row;
