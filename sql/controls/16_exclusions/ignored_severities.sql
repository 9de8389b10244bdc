-- One row a severity of ignored detections that would be open; 0 where none is given.
SELECT coalesce(d.severity, 0) AS severity, count(*) AS detections
FROM detection_state AS s JOIN detection AS d ON d.row = s.row
WHERE s.bucket = 'ignored'
GROUP BY 1
ORDER BY 1;
