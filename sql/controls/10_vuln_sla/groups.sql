-- One row an asset group and class with a span: the open, dated detections on its hosts, and how
-- many of them are past it.
SELECT g.id, g.row AS group_row, g.title, g.row >> 24 AS response, g."offset", g.length, c.class, sum(c.dated) AS dated, sum(c.past) AS past
FROM (
    SELECT o.host_id, o.class, count(o.age) AS dated, count(*) FILTER (WHERE o.age > l.span) AS past
    FROM open_detection AS o JOIN sla AS l ON l.class = o.class
    WHERE o.bucket = 'open'
    GROUP BY o.host_id, o.class
) AS c
JOIN group_member AS m ON m.host_id = c.host_id
JOIN asset_group AS g ON g.row = m.group_row
GROUP BY g.row, c.class
ORDER BY g.id, g.row, c.class;
