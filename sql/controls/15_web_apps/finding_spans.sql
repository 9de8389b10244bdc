-- The :spans oldest findings that are open beyond the limit of their class, as bytes.
SELECT f.id, f.row >> 24 AS response, f."offset", f.length
FROM web_finding AS f
JOIN sla AS l ON l.class = f.class AND l.class <> 'low'
WHERE f.bucket = 'open' AND f.age > l.span AND f.app_id IN (SELECT id FROM web_app)
ORDER BY f.first_detected, f.row
LIMIT :spans;
