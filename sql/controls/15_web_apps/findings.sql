-- Of each application: its open findings of a class with a limit, by how they stand to it. unsure:
-- those whose class, date or status is not known.
SELECT f.app_id,
    count(*) FILTER (WHERE f.bucket = 'open' AND f.age > l.span) AS past,
    count(*) FILTER (WHERE f.bucket = 'unknown' OR f.bucket = 'open' AND (f.class IS NULL OR l.span IS NOT NULL AND f.age IS NULL)) AS unsure
FROM web_finding AS f LEFT JOIN sla AS l ON l.class = f.class AND l.class <> 'low'
WHERE f.bucket IN ('open', 'unknown')
GROUP BY f.app_id
ORDER BY f.app_id;
