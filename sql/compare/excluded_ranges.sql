SELECT t.network_id || '/' || hex(t.first) || '-' || hex(t.last) AS id, NULL AS name, t.row, t."offset", t.length, NULL AS record,
    strftime('%Y-%m-%dT%H:%M:%SZ', t.expires, 'unixepoch') AS expires
FROM excluded_range AS t
ORDER BY id, t.row;
