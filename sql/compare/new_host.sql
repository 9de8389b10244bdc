-- How a host was assessed: 0 with a login or a live agent, 1 without either, 2 not yet. The date of
-- the last authenticated scan is that of the last scan where that one logged in.
SELECT CASE WHEN h.agent = 1 OR h.last_vm_auth >= h.last_vm_scan THEN 0 WHEN coalesce(h.last_vm_scan, h.last_vuln_scan) IS NULL THEN 2 ELSE 1 END AS share,
    h.row >> 24 AS response, h."offset", h.length
FROM host_state AS h
WHERE h.row = ?1
ORDER BY h.row;
