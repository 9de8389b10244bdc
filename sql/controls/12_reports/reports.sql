-- One row a report, those of one title together, the newest first.
SELECT r.id, trim(r.title) AS title, lower(trim(r.title)) AS called, r.state, r.launched, r.row >> 24 AS response, r."offset", r.length, s.received
FROM report AS r LEFT JOIN response AS s ON s.seq = r.row >> 24
WHERE r.title IS NOT NULL AND r.row IN (SELECT min(row) FROM report GROUP BY id)
ORDER BY called, r.launched DESC, r.id DESC;
