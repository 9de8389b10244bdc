-- The first :spans hosts without a user-defined tag, as bytes.
SELECT h.id, h.row >> 24 AS response, h."offset", h.length
FROM scope_host AS h
WHERE h.known AND NOT EXISTS (SELECT 1 FROM carried AS c LEFT JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = h.row AND NOT coalesce(t.system, 0))
ORDER BY h.id, h.row
LIMIT :spans;
