-- One row a range of addresses of the subscription.
SELECT r.network_id, r.first, r.last FROM ip_range AS r ORDER BY r.network_id, length(r.first), r.first, r.last;
