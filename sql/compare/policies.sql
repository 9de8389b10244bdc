SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.status, t.is_locked, strftime('%Y-%m-%dT%H:%M:%SZ', t.evaluated, 'unixepoch') AS evaluated, t.agent_ips, t.hidden, t.tag_include_selector, coalesce(g.list, '[]') AS groups, coalesce(i.list, '[]') AS tags, coalesce(e.list, '[]') AS excluded_tags, coalesce(c.list, '[]') AS controls, coalesce(h.list, '[]') AS technologies
FROM policy AS t
LEFT JOIN (SELECT policy_row AS r, json_group_array(CASE WHEN first_id = last_id THEN CAST(first_id AS TEXT) ELSE first_id || '-' || last_id END) AS list FROM policy_group GROUP BY policy_row) AS g ON g.r = t.row
LEFT JOIN (SELECT policy_row AS r, json_group_array(tag_id) AS list FROM policy_tag WHERE NOT excluded GROUP BY policy_row) AS i ON i.r = t.row
LEFT JOIN (SELECT policy_row AS r, json_group_array(tag_id) AS list FROM policy_tag WHERE excluded GROUP BY policy_row) AS e ON e.r = t.row
LEFT JOIN (SELECT policy_row AS r, json_group_array(control_id || coalesce(' ' || status, '')) AS list FROM policy_control GROUP BY policy_row) AS c ON c.r = t.row
LEFT JOIN (SELECT policy_row AS r, json_group_array(coalesce(name, technology_id)) AS list FROM policy_technology GROUP BY policy_row) AS h ON h.r = t.row
ORDER BY id, t.row;
