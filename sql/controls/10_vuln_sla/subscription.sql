-- The subscription: what there is to judge, and what the answers show at all.
SELECT
    (SELECT count(*) FROM detection) AS detections,
    (SELECT count(*) FROM host_state WHERE NOT gone) AS hosts,
    (SELECT count(*) FROM host_state WHERE NOT gone AND coalesce(last_vm_scan, last_vuln_scan) IS NOT NULL) AS scanned_hosts,
    EXISTS (SELECT 1 FROM detection WHERE running_kernel IS NOT NULL) AS kernel_flag_seen,
    (SELECT count(*) FROM open_detection AS o WHERE EXISTS (SELECT 1 FROM vuln AS v WHERE v.qid = o.qid AND v.title LIKE '%kernel%' AND v.title NOT LIKE '%windows%' AND v.title NOT LIKE '%macos%')) AS kernel_titles,
    EXISTS (SELECT 1 FROM detection WHERE status = 'Fixed' COLLATE NOCASE) AS fixed_seen
ORDER BY 1;
