-- Findings by bucket and class, with their ages in days where they are open.
SELECT f.bucket, coalesce(f.class, 'unknown') AS class, count(*) AS findings,
    count(*) FILTER (WHERE f.age > l.span) AS past, max(f.age) AS oldest
FROM web_finding AS f LEFT JOIN sla AS l ON l.class = f.class
WHERE f.bucket <> 'info'
GROUP BY f.bucket, coalesce(f.class, 'unknown')
ORDER BY 1, 2;
