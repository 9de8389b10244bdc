-- One row a failed login that a scan reported of a host, with the first record that serves the host.
-- later: 1 within :window and after the last login that worked, 0 not, NULL not to be told.
SELECT d.host_id, h.name, h.recent, d.qid, d.last_found,
    CASE
        WHEN s.as_of - d.last_found > :window THEN 0
        WHEN d.last_found <= h.last_vm_auth THEN 0
        WHEN h.row IS NULL OR d.last_found IS NULL OR d.last_found > max(s.as_of, a.received + s.skew) OR h.logged_in IS NULL THEN NULL
        ELSE 1
    END AS later,
    (SELECT r.type || '/' || r.id FROM login_pair AS p JOIN auth_record AS r ON r.row = p.record_row WHERE p.host_row = h.row ORDER BY r.type, r.id LIMIT 1) AS record,
    d.row >> 24 AS response, d."offset", d.length, h.row >> 24 AS host_response, h."offset" AS host_offset, h.length AS host_length
FROM auth_detection AS d JOIN failed_login AS f ON f.qid = d.qid JOIN setting AS s
LEFT JOIN login_host AS h ON h.id = d.host_id LEFT JOIN response AS a ON a.seq = d.row >> 24
WHERE h.row IS NOT NULL OR NOT EXISTS (SELECT 1 FROM host AS o WHERE o.id = d.host_id)
ORDER BY d.host_id, d.qid, d.row;
