-- The first :spans open detections without a usable date, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM open_detection AS o JOIN detection AS d ON d.row = o.row
WHERE o.bucket = 'open' AND o.age IS NULL
ORDER BY o.row
LIMIT :spans;
