-- The first :spans open detections without a QDS, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM open_detection AS o JOIN detection AS d ON d.row = o.row
WHERE o.bucket = 'open' AND o.qds IS NULL
ORDER BY o.row
LIMIT :spans;
