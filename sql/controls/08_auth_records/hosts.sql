-- The hosts that are not gone. agent: 1 a live one, 0 none, NULL not to be told; :portal says that the
-- portal was read whole. scanned: ever. recent and logged_in: within :window, NULL not to be told. Where no
-- host shows a date of VM scans (:dated), they were not asked for, and no date is no failed login.
CREATE TEMP TABLE login_host AS
SELECT h.row, h.id, coalesce(h.name, h.dns, h.netbios) AS name, h.network_id, h.ip, h.ipv6, h.os_family, h.last_vm_auth, h."offset", h.length,
    CASE WHEN h.asset_row IS NULL AND NOT :portal THEN NULL ELSE h.agent END AS agent,
    coalesce(h.last_vm_scan, h.last_vuln_scan) IS NOT NULL AS scanned,
    CASE
        WHEN coalesce(h.last_vm_scan, h.last_vuln_scan) IS NULL THEN 0
        WHEN coalesce(h.last_vm_scan, h.last_vuln_scan) <= s.as_of THEN s.as_of - coalesce(h.last_vm_scan, h.last_vuln_scan) <= :window
        WHEN coalesce(h.last_vm_scan, h.last_vuln_scan) <= h.received + s.skew THEN 1
    END AS recent,
    CASE
        WHEN h.last_vm_auth IS NULL THEN CASE WHEN :dated THEN 0 END
        WHEN h.last_vm_auth <= s.as_of THEN s.as_of - h.last_vm_auth <= :window
        WHEN h.last_vm_auth <= h.received + s.skew THEN 1
    END AS logged_in
FROM host_state AS h JOIN setting AS s
WHERE NOT h.gone AND h.row = (SELECT min(o.row) FROM host AS o WHERE o.id = h.id)
ORDER BY h.row;
