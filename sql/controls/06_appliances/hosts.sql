-- One row a host that is not gone: where it is, and whether a live agent looks at it.
SELECT h.id, h.network_id, h.ip, h.os_family, h.agent, h.asset_row
FROM host_state AS h WHERE NOT h.gone
ORDER BY h.id, h.row;
