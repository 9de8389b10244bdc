-- One row a QDS and whole day of age, either NULL where it is not known: how many open detections.
SELECT o.qds, o.age / :day AS days, count(*) AS detections
FROM open_detection AS o
WHERE o.bucket = 'open'
GROUP BY 1, 2
ORDER BY 1, 2;
