-- One row a host, surely not gone, that was not seen for longer than the limit.
SELECT h.id, h.network_id, h.ip, h.ipv6, h.name, h.seen, h.row >> 24 AS response, h."offset", h.length
FROM owned_host AS h
WHERE h.stale AND NOT h.maybe_gone
ORDER BY h.id, h.row;
