SELECT t.id AS id, t.login AS name, t.row, t."offset", t.length, t.id AS record,
    t.login, coalesce(r.list, '[]') AS roles, coalesce(s.list, '[]') AS tags
FROM portal_user AS t
LEFT JOIN (SELECT user_row AS r, json_group_array(name) AS list FROM portal_user_role GROUP BY user_row) AS r ON r.r = t.row
LEFT JOIN (SELECT user_row AS r, json_group_array(coalesce(name, tag_id)) AS list FROM portal_user_tag GROUP BY user_row) AS s ON s.r = t.row
ORDER BY id, t.row;
