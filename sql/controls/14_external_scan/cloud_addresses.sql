-- One row a public address of a cloud instance that is not gone, with the bytes of its record.
SELECT coalesce(h.network_id, 0) AS network_id, a.public_address AS first, a.public_address AS last, a.id, a.row >> 24 AS response, a."offset", a.length
FROM host_asset AS a LEFT JOIN host_state AS h ON h.asset_row = a.row
WHERE a.public_address IS NOT NULL AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE AND NOT coalesce(h.gone, 0)
ORDER BY a.row, h.id;
