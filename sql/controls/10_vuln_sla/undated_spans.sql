-- The first :spans open detections without a usable date, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM (SELECT o.row FROM open_detection AS o WHERE o.bucket = 'open' AND o.age IS NULL ORDER BY o.row LIMIT :spans) AS p
JOIN detection AS d ON d.row = p.row
ORDER BY p.row;
