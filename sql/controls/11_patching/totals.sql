-- What there is beside QIDs: hosts with a vulnerable running kernel, detections of which it is not known whether they are
-- open, hosts with one of the QIDs in the JSON list :obsolete.
SELECT count(DISTINCT o.host_id) FILTER (WHERE o.bucket = 'open' AND o.running_kernel = 1) AS kernel_hosts,
    count(*) FILTER (WHERE o.bucket = 'maybe_open') AS unclear,
    count(*) FILTER (WHERE o.bucket = 'maybe_open' AND o.running_kernel = 1) AS unclear_kernels,
    count(DISTINCT o.host_id) FILTER (WHERE o.bucket = 'open' AND o.qid IN (SELECT value FROM json_each(:obsolete))) AS obsolete_hosts
FROM open_detection AS o
ORDER BY 1;
