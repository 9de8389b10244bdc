SELECT t.number AS id, NULL AS name, t.row, t."offset", t.length, t.number AS record,
    t.status, t.active, t.policy_id, t.control_id, strftime('%Y-%m-%dT%H:%M:%SZ', t.expires, 'unixepoch') AS expires
FROM exception AS t
ORDER BY id, t.row;
