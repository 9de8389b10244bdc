-- Hosts of a group come and go with scans; its addresses are what somebody set.
SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.network_id, t.business_impact, t.default_appliance_id, t.owner_user_id, t.owner_unit_id, t.dns_names, t.domains, t.netbios_names, t.ec2_ids, coalesce(a.list, '[]') AS addresses, coalesce(p.list, '[]') AS appliances
FROM asset_group AS t
LEFT JOIN (SELECT group_row AS r, json_group_array(network_id || '/' || hex(first) || '-' || hex(last)) AS list FROM group_range GROUP BY group_row) AS a ON a.r = t.row
LEFT JOIN (SELECT group_row AS r, json_group_array(appliance_id) AS list FROM group_appliance GROUP BY group_row) AS p ON p.r = t.row
ORDER BY id, t.row;
