-- One row an authentication record of web applications, and how many applications use it.
SELECT r.id, r.name, r.updated, coalesce(u.apps, 0) AS apps,
    r.row >> 24 AS response, r."offset", r.length, coalesce(s.received, 0) AS received
FROM was_auth_record AS r
LEFT JOIN (SELECT record_id, count(DISTINCT app_row) AS apps FROM web_app_auth GROUP BY record_id) AS u ON u.record_id = r.id
LEFT JOIN response AS s ON s.seq = r.row >> 24
ORDER BY r.id, r.row;
