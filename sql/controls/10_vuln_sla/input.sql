-- How many detections were read, by a way that no bucket goes.
SELECT count(*) AS detections FROM detection ORDER BY 1;
