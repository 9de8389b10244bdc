SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, coalesce(a.list, '[]') AS appliances
FROM network AS t
LEFT JOIN (SELECT network_row AS r, json_group_array(appliance_id) AS list FROM network_appliance GROUP BY network_row) AS a ON a.r = t.row
ORDER BY id, t.row;
