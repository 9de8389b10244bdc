-- One row a range that was taken out of scans or given back, the latest first.
SELECT e.row, e.id, lower(e.action) AS action, e.time, trim(e.comment) AS comment, e.user_login, r.network_id, r.first, r.last,
    e.row >> 24 AS response, e."offset", e.length, a.received
FROM exclusion_event AS e JOIN exclusion_event_range AS r ON r.event_row = e.row LEFT JOIN response AS a ON a.seq = e.row >> 24
ORDER BY e.time IS NULL, e.time DESC, e.id DESC, e.row, r.network_id, length(r.first), r.first, r.last;
