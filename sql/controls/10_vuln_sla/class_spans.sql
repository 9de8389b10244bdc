-- The oldest :spans detections of one class past its span, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT o.row, o.age FROM open_detection AS o JOIN sla AS l ON l.class = o.class
    WHERE o.bucket = 'open' AND o.class = :class AND o.age > l.span
    ORDER BY o.age DESC, o.row
    LIMIT :spans
) AS p
JOIN detection AS d ON d.row = p.row
ORDER BY p.age DESC, p.row;
