-- One row an asset group, and one without id for hosts in none: its open detections, how many of
-- them were last tested longer ago than :span, and of how many that is not known.
SELECT g.id, g.title, g.row >> 24 AS response, g."offset", g.length, sum(t.open) AS open, sum(t.untested) AS untested,
    sum(t.unknown) AS unknown, max(t.oldest) AS oldest, count(*) FILTER (WHERE t.untested > 0) AS hosts
FROM (
    SELECT o.host_id, count(*) AS open, count(*) FILTER (WHERE o.test_age > :span) AS untested,
        count(*) - count(o.test_age) AS unknown, max(o.test_age) AS oldest
    FROM open_detection AS o
    WHERE o.bucket = 'open'
    GROUP BY o.host_id
) AS t
LEFT JOIN group_member AS m ON m.host_id = t.host_id
LEFT JOIN asset_group AS g ON g.row = m.group_row
GROUP BY g.row
ORDER BY g.id, g.row;
