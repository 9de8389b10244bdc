-- One row a class (NULL where it is not known): its open detections, dated, past their span; and
-- the rows that no bucket claims, which may hold anything.
SELECT o.class, count(*) AS open, count(o.age) AS dated, count(*) FILTER (WHERE o.age > l.span) AS past,
    count(DISTINCT o.host_id) FILTER (WHERE o.age > l.span) AS past_hosts, max(o.age) AS oldest, sum(o.age) AS age_sum
FROM open_detection AS o
LEFT JOIN sla AS l ON l.class = o.class
WHERE o.bucket = 'open'
GROUP BY o.class
ORDER BY o.class;
