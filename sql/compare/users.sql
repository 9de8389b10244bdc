SELECT coalesce(t.login, t.id) AS id, t.login AS name, t.row, t."offset", t.length, t.id AS record,
    t.status, t.role, t.business_unit, t.email, coalesce(g.list, '[]') AS groups, coalesce(p.list, '[]') AS permissions
FROM user AS t
LEFT JOIN (SELECT user_row AS r, json_group_array(title) AS list FROM user_group GROUP BY user_row) AS g ON g.r = t.row
LEFT JOIN (SELECT user_row AS r, json_group_array(name) AS list FROM user_permission WHERE granted = 1 GROUP BY user_row) AS p ON p.r = t.row
WHERE coalesce(t.login, t.id) IS NOT NULL
ORDER BY id, t.row;
