SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.active, t.type, t.tag_option, coalesce(a.list, '[]') AS web_apps, coalesce(i.list, '[]') AS tags, coalesce(e.list, '[]') AS excluded_tags, coalesce(n.list, '[]') AS recipients
FROM was_schedule AS t
LEFT JOIN (SELECT schedule_row AS r, json_group_array(app_id) AS list FROM was_schedule_app GROUP BY schedule_row) AS a ON a.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(tag_id) AS list FROM was_schedule_tag WHERE NOT excluded GROUP BY schedule_row) AS i ON i.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(tag_id) AS list FROM was_schedule_tag WHERE excluded GROUP BY schedule_row) AS e ON e.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(email) AS list FROM was_schedule_recipient GROUP BY schedule_row) AS n ON n.r = t.row
ORDER BY id, t.row;
