-- One row a class and whole day of age: how many open detections are that old.
SELECT o.class, o.age / :day AS days, count(*) AS detections
FROM open_detection AS o
WHERE o.bucket = 'open' AND o.age IS NOT NULL AND o.class IS NOT NULL
GROUP BY o.class, o.age / :day
ORDER BY o.class, days;
