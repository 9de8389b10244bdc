-- One row an operating system family and network: the open, dated detections on its hosts, and how
-- many of them are past their span.
SELECT h.os_family, h.network_id, sum(c.dated) AS dated, sum(c.past) AS past
FROM (
    SELECT o.host_id, count(o.age) AS dated, count(*) FILTER (WHERE o.age > l.span) AS past
    FROM open_detection AS o JOIN sla AS l ON l.class = o.class
    WHERE o.bucket = 'open' AND o.class <> 'low'
    GROUP BY o.host_id
) AS c
JOIN host AS h ON h.row = (SELECT min(o.row) FROM host AS o WHERE o.id = c.host_id)
GROUP BY h.os_family, h.network_id
ORDER BY h.os_family, h.network_id;
