-- One row an asset group and class (NULL: not known): the open detections on its hosts, the dated ones, and how many of
-- these are past the span; and so for those of which it is not known whether they are open (sure: 0).
SELECT g.id, g.row AS group_row, g.title, g.row >> 24 AS response, g."offset", g.length, c.class, c.sure, sum(c.open) AS open, sum(c.dated) AS dated, sum(c.past) AS past
FROM (
    SELECT o.host_id, o.class, o.bucket = 'open' AS sure, count(*) AS open, count(o.age) AS dated, count(*) FILTER (WHERE o.age > l.span) AS past
    FROM open_detection AS o LEFT JOIN sla AS l ON l.class = o.class
    WHERE o.bucket IN ('open', 'maybe_open')
    GROUP BY 1, 2, 3
) AS c
JOIN group_member AS m ON m.host_id = c.host_id
JOIN asset_group AS g ON g.row = m.group_row
GROUP BY g.row, c.class, c.sure
ORDER BY g.id, g.row, c.class, c.sure;
