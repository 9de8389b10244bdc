-- What there is beside QIDs: hosts with a vulnerable running kernel, detections that fit no bucket,
-- hosts with one of the QIDs in the JSON list :obsolete.
SELECT
    (SELECT count(DISTINCT host_id) FROM open_detection WHERE bucket = 'open' AND running_kernel = 1) AS kernel_hosts,
    (SELECT count(*) FROM detection_state WHERE bucket = 'unknown') AS unclear,
    (SELECT count(DISTINCT host_id) FROM open_detection WHERE bucket = 'open' AND qid IN (SELECT value FROM json_each(:obsolete))) AS obsolete_hosts
ORDER BY 1;
