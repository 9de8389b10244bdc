-- One row a host, surely not gone, in no asset group and without a user-defined tag.
SELECT h.id, h.network_id, h.ip, h.ipv6, h.name, h.seen, h.row >> 24 AS response, h."offset", h.length
FROM owned_host AS h
WHERE NOT h.grouped AND h.tagged = 0 AND NOT h.maybe_gone
ORDER BY h.id, h.row;
