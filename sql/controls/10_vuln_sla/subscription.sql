-- The subscription: what there is to judge, and what the answers show at all.
SELECT d.detections, h.hosts, h.scanned_hosts, d.kernel_flag_seen,
    (SELECT coalesce(sum(q.detections), 0) FROM (SELECT o.qid, count(*) AS detections FROM open_detection AS o WHERE o.bucket IN ('open', 'non_running') GROUP BY o.qid) AS q
      WHERE EXISTS (SELECT 1 FROM vuln AS v WHERE v.qid = q.qid AND v.title LIKE '%kernel%' AND v.title NOT LIKE '%windows%' AND v.title NOT LIKE '%macos%')) AS kernel_titles,
    d.fixed_seen
FROM (
    SELECT count(*) AS detections, count(running_kernel) > 0 AS kernel_flag_seen, count(*) FILTER (WHERE status = 'Fixed' COLLATE NOCASE) > 0 AS fixed_seen
    FROM detection
) AS d
JOIN (
    SELECT count(*) AS hosts, count(coalesce(last_vm_scan, last_vuln_scan)) AS scanned_hosts FROM host_state WHERE NOT gone
) AS h
ORDER BY 1;
