-- One row a host, surely not gone, that is scanned, in no declared network and not in the inventory.
SELECT h.id, h.network_id, h.ip, h.ipv6, h.name, h.seen, h.row >> 24 AS response, h."offset", h.length
FROM owned_host AS h
WHERE NOT h.stale AND h.matched = 0 AND h.declared = 0 AND NOT h.maybe_gone
ORDER BY h.id, h.row;
