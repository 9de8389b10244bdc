-- The :spans oldest open detections with a QDS from :top, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM open_detection AS o JOIN detection AS d ON d.row = o.row
WHERE o.bucket = 'open' AND o.qds >= :top
ORDER BY o.age DESC, o.row
LIMIT :spans;
