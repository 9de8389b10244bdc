-- The :spans longest untested open detections of each asset group (NULL: hosts in none), as bytes.
SELECT p.group_id, d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT g.id AS group_id, o.row, row_number() OVER (PARTITION BY g.row ORDER BY o.test_age DESC, o.row) AS place
    FROM open_detection AS o
    LEFT JOIN group_member AS m ON m.host_id = o.host_id
    LEFT JOIN asset_group AS g ON g.row = m.group_row
    WHERE o.bucket = 'open' AND o.test_age > :span
) AS p
JOIN detection AS d ON d.row = p.row
WHERE p.place <= :spans
ORDER BY p.group_id, p.place;
