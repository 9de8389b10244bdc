-- The hash moves with settings too that have no column.
SELECT CASE t.family WHEN 'vm' THEN CAST(t.id AS TEXT) ELSE t.family || '/' || t.id END AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.type, t.owner, t.is_default, t.is_global, t.tcp_ports, t.tcp_additional, t.udp_ports, t.authoritative, t.close_dead, t.close_dead_scans, t.performance, t.packet_delay, t.discovery_intensity, t.brute_force, t.detection, t.authentication, t.test_authentication, t.auto_update, coalesce(i.list, '[]') AS custom_lists, coalesce(e.list, '[]') AS left_out_lists, t.hash
FROM option_profile AS t
LEFT JOIN (SELECT profile_row AS r, json_group_array(coalesce(title, list_id)) AS list FROM option_profile_list WHERE use = 'include' GROUP BY profile_row) AS i ON i.r = t.row
LEFT JOIN (SELECT profile_row AS r, json_group_array(coalesce(title, list_id)) AS list FROM option_profile_list WHERE use = 'exclude' GROUP BY profile_row) AS e ON e.r = t.row
ORDER BY id, t.row;
