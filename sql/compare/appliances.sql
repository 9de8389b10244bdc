-- Heartbeats and running scans move by themselves.
SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.status, t.type, t.model, t.network_id, t.software_version, t.vulnsigs_version, t.ml_version, t.polling_seconds, t.user_login, coalesce(g.list, '[]') AS groups
FROM appliance AS t
LEFT JOIN (SELECT appliance_row AS r, json_group_array(coalesce(title, group_id)) AS list FROM appliance_group GROUP BY appliance_row) AS g ON g.r = t.row
ORDER BY id, t.row;
