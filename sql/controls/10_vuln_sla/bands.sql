-- One row a class: its open, dated detections by how old they are. A band ends with its limit, exactly.
SELECT o.class, count(*) FILTER (WHERE o.age <= :first) AS first,
    count(*) FILTER (WHERE o.age > :first AND o.age <= :second) AS second,
    count(*) FILTER (WHERE o.age > :second AND o.age <= :third) AS third,
    count(*) FILTER (WHERE o.age > :third) AS beyond
FROM open_detection AS o
WHERE o.bucket = 'open' AND o.age IS NOT NULL AND o.class IS NOT NULL
GROUP BY o.class
ORDER BY o.class;
