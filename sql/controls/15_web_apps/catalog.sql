-- Discovered sites on which nobody decided, and those of which that is not said.
SELECT c.id, coalesce(c.url, c.name) AS site, c.status, c.created,
    c.row >> 24 AS response, c."offset", c.length, coalesce(r.received, 0) AS received
FROM was_catalog AS c LEFT JOIN response AS r ON r.seq = c.row >> 24
WHERE c.status IS NULL OR c.status = 'NEW' COLLATE NOCASE
ORDER BY c.id, c.row;
