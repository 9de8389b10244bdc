-- The middle age, or both of them, of the :n dated open detections with a QDS from :least to :most.
SELECT sum(m.age) AS ages, count(*) AS middles
FROM (
    SELECT o.age FROM open_detection AS o
    WHERE o.bucket = 'open' AND o.age IS NOT NULL AND o.qds BETWEEN :least AND :most
    ORDER BY o.age
    LIMIT 2 - :n % 2 OFFSET (:n - 1) / 2
) AS m
ORDER BY 1;
