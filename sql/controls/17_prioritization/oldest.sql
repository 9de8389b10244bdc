-- The :spans oldest open detections with a QDS from :top, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT o.row, o.age FROM open_detection AS o
    WHERE o.bucket = 'open' AND o.qds >= :top
    ORDER BY o.age DESC, o.row
    LIMIT :spans
) AS p
JOIN detection AS d ON d.row = p.row
ORDER BY p.age DESC, p.row;
