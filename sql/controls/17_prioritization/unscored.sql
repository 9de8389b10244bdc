-- The first :spans open detections without a QDS, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM (SELECT o.row FROM open_detection AS o WHERE o.bucket = 'open' AND o.qds IS NULL ORDER BY o.row LIMIT :spans) AS p
JOIN detection AS d ON d.row = p.row
ORDER BY p.row;
