-- Findings of web applications in the buckets of control 15.
SELECT f.id, f.app_id, f.bucket, f.row >> 24 AS response, f."offset", f.length
FROM web_finding AS f
ORDER BY f.id, f.row;
