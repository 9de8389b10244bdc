-- Nothing where tags were not asked for.
SELECT t.id AS id, coalesce(t.dns, t.netbios, t.name) AS name, t.row, t."offset", t.length, t.id AS record,
    coalesce((SELECT json_group_array(m.name) FROM host_tag AS m WHERE m.host_row = t.row), '[]') AS tags
FROM host AS t
WHERE EXISTS (SELECT 1 FROM host_tag)
ORDER BY id, t.row;
