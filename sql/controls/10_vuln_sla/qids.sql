-- One row a QID and class with open detections: how many, on how many hosts, how old, how many of
-- them past the class's span under the profile's clock and under both others.
SELECT o.qid, o.class, (SELECT title FROM vuln AS v WHERE v.qid = o.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) AS open,
    count(*) - count(o.age) AS undated,
    count(*) FILTER (WHERE o.age > l.span) AS past,
    count(DISTINCT o.host_id) FILTER (WHERE o.age > l.span) AS past_hosts,
    max(o.age) AS oldest,
    count(*) FILTER (WHERE o.found_age > l.span) AS past_by_first_found,
    count(*) FILTER (WHERE o.return_age > l.span) AS past_by_last_reopened
FROM open_detection AS o
LEFT JOIN sla AS l ON l.class = o.class
WHERE o.bucket = 'open'
GROUP BY o.qid, o.class
ORDER BY o.qid, o.class;
