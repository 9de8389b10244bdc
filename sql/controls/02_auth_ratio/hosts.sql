-- One row a host: what it is, when it was scanned, with credentials too, and whether an agent looks at it.
SELECT h.id, h.network_id, h.name, h.dns, h.netbios, h.os, h.os_family, h.cloud_provider, h.gone, h.agent, h.asset_row,
    h.first_found, h.last_activity, h.last_vuln_scan, h.last_vm_scan, h.last_vm_auth,
    h.row >> 24 AS response, h."offset", h.length, h.received,
    (SELECT group_concat(t.name, char(10)) FROM host_tag AS t WHERE t.host_row = h.row) AS tags
FROM host_state AS h
ORDER BY h.id, h.row;
