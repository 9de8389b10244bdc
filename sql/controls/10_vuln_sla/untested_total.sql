-- How many open detections were last tested longer ago than :span, each counted once.
SELECT count(*) AS untested FROM open_detection WHERE bucket = 'open' AND test_age > :span ORDER BY 1;
