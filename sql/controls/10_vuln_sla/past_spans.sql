-- The oldest :spans detections past their span of each QID and class, as bytes.
SELECT p.qid, p.class, d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT o.qid, o.class, o.row, row_number() OVER (PARTITION BY o.qid, o.class ORDER BY o.age DESC, o.row) AS place
    FROM open_detection AS o JOIN sla AS l ON l.class = o.class
    WHERE o.bucket = 'open' AND o.age > l.span
) AS p
JOIN detection AS d ON d.row = p.row
WHERE p.place <= :spans
ORDER BY p.qid, p.class, p.place;
