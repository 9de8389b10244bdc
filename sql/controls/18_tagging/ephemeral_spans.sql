-- The first :spans short-lived hosts without the tag :name, as bytes.
SELECT s.id, s.row >> 24 AS response, s."offset", s.length
FROM scope_host AS s
WHERE s.ephemeral AND s.known
  AND NOT EXISTS (SELECT 1 FROM carried AS c JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = s.row AND t.name = :name)
ORDER BY s.id, s.row
LIMIT :spans;
