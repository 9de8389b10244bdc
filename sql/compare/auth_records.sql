SELECT t.type || '/' || t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.sub_type, t.username, t.login_type, t.domain, t.whole_domain, t.network_id, t.active, t.owner, coalesce(a.list, '[]') AS addresses
FROM auth_record AS t
LEFT JOIN (SELECT record_row AS r, json_group_array(hex(first) || '-' || hex(last)) AS list FROM auth_record_range GROUP BY record_row) AS a ON a.r = t.row
ORDER BY id, t.row;
