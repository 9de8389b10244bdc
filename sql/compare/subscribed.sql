-- One row a network. The answer as a whole is the evidence: ranges are its records, and adding one
-- address may redraw them.
SELECT t.id, NULL AS name, t.row, 0 AS "offset", r.bytes AS length, NULL AS record, t.addresses
FROM (
    SELECT network_id AS id, min(row) AS row, json_group_array(network_id || '/' || hex(first) || '-' || hex(last)) AS addresses
    FROM ip_range GROUP BY network_id
) AS t JOIN response AS r ON r.seq = t.row >> 24
ORDER BY t.id;
