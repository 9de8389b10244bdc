-- One row a host: where it is, whether it is gone, whether an agent looks at it, when it was scanned.
SELECT h.id, h.network_id, h.ip, h.ipv6, h.gone, h.agent, h.asset_row, h.os_family, coalesce(h.last_vm_scan, h.last_vuln_scan) AS scanned, h.received
FROM host_state AS h
ORDER BY h.id, h.row;
