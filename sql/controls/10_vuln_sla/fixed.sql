-- One row a class and whole day: the fixes of the period by how long they took (NULL: not known), and how many of them
-- took longer than the span of their class.
SELECT f.class, f.took / :day AS days, count(*) AS detections, count(*) FILTER (WHERE f.took > l.span) AS late
FROM fix AS f
LEFT JOIN sla AS l ON l.class = f.class
GROUP BY 1, 2
ORDER BY 1, 2;
