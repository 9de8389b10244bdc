-- One row a QID found on kernels that do not run: how many detections, on how many hosts, how many
-- past the span of their class, and the bytes of the oldest.
SELECT o.qid, (SELECT title FROM vuln AS v WHERE v.qid = o.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) AS detections, count(DISTINCT o.host_id) AS hosts, count(*) FILTER (WHERE o.age > l.span) AS past, max(o.age) AS oldest,
    d.row >> 24 AS response, d."offset", d.length
FROM open_detection AS o
LEFT JOIN sla AS l ON l.class = o.class
JOIN detection AS d ON d.row = (
    SELECT f.row FROM open_detection AS f WHERE f.qid = o.qid AND f.running_kernel = 0 AND f.bucket IN ('open', 'non_running')
    ORDER BY f.age DESC, f.row LIMIT 1)
WHERE o.running_kernel = 0 AND o.bucket IN ('open', 'non_running')
GROUP BY o.qid
ORDER BY o.qid;
