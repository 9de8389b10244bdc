-- Who is scanned when, how, by which scanner. Runs and the next launch are no settings.
SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, CASE WHEN t.active IN (1, 2) THEN 'yes' WHEN t.active = 3 THEN 'paused' WHEN t.active = 0 THEN 'no' END AS active, t.interval_days, t.occurrence, t.max_occurrence, t.network_id, t.scanner, t.option_profile, t.user_login, t.cloud_connector, t.tag_include_selector, t.tag_exclude_selector, coalesce(g.list, '[]') AS groups, coalesce(i.list, '[]') AS tags, coalesce(e.list, '[]') AS excluded_tags, coalesce(a.list, '[]') AS addresses, coalesce(x.list, '[]') AS excluded_addresses, coalesce(n.list, '[]') AS recipients
FROM scan_schedule AS t
LEFT JOIN (SELECT schedule_row AS r, json_group_array(title) AS list FROM schedule_group GROUP BY schedule_row) AS g ON g.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(name) AS list FROM schedule_tag WHERE NOT excluded GROUP BY schedule_row) AS i ON i.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(name) AS list FROM schedule_tag WHERE excluded GROUP BY schedule_row) AS e ON e.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(hex(first) || '-' || hex(last)) AS list FROM schedule_range WHERE source IN ('typed', 'target') GROUP BY schedule_row) AS a ON a.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(hex(first) || '-' || hex(last)) AS list FROM schedule_range WHERE source = 'excluded' GROUP BY schedule_row) AS x ON x.r = t.row
LEFT JOIN (SELECT schedule_row AS r, json_group_array(coalesce(title, group_id)) AS list FROM schedule_recipient GROUP BY schedule_row) AS n ON n.r = t.row
ORDER BY id, t.row;
