-- The :spans fixes of the period that were late and took longest, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM fix AS f JOIN sla AS l ON l.class = f.class JOIN detection AS d ON d.row = f.row
WHERE f.took > l.span
ORDER BY f.took DESC, f.row
LIMIT :spans;
