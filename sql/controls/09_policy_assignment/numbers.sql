-- Hosts scanned for compliance, those of them under an active policy, those of these scanned within :window; what the postures say.
SELECT count(*) FILTER (WHERE h.scanned IS NOT NULL) AS scanned, count(*) FILTER (WHERE h.scanned IS NOT NULL AND c.sure = 1) AS governed,
    count(*) FILTER (WHERE c.sure = 1) AS under_policy, count(*) FILTER (WHERE c.sure = 1 AND h.scan_age <= :window) AS recent,
    (SELECT count(*) FROM posture) AS postures, (SELECT count(*) FROM posture WHERE status = 'Passed' COLLATE NOCASE) AS passed
FROM compliance_host AS h LEFT JOIN host_cover AS c ON c.host_row = h.row
ORDER BY 1;
