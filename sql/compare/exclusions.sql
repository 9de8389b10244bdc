-- One row an excluded range, with the day on which the exclusion ends, if ever.
SELECT t.network_id, t.first, t.last, strftime('%Y-%m-%dT%H:%M:%SZ', t.expires, 'unixepoch') AS expires, t.row >> 24 AS response, t."offset", t.length
FROM excluded_range AS t
ORDER BY t.row;
