-- The oldest :spans detections past their span on the hosts of each asset group, by class, as bytes.
SELECT p.group_row, p.class, d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT m.group_row, o.class, o.row, row_number() OVER (PARTITION BY m.group_row, o.class ORDER BY o.age DESC, o.row) AS place
    FROM open_detection AS o JOIN sla AS l ON l.class = o.class JOIN group_member AS m ON m.host_id = o.host_id
    WHERE o.bucket = 'open' AND o.age > l.span
) AS p
JOIN detection AS d ON d.row = p.row
WHERE p.place <= :spans
ORDER BY p.group_row, p.class, p.place;
