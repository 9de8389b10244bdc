-- The first :spans hosts of a scope without its tag, as bytes.
SELECT s.id, s.row >> 24 AS response, s."offset", s.length
FROM scoped AS s
WHERE s.segment = :segment AND s.tag = :tag AND s.tagged = 0
ORDER BY s.id, s.row
LIMIT :spans;
