-- One row a bucket: how many detections it holds.
SELECT bucket, count(*) AS detections FROM detection_state GROUP BY bucket ORDER BY bucket;
