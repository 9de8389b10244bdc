-- settings: all of them, by the path of their element. used: by an active schedule, or by a scan of the list alone.
SELECT CASE t.family WHEN 'vm' THEN CAST(t.id AS TEXT) ELSE t.family || '/' || t.id END AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.type, t.owner, t.is_default, t.is_global, t.tcp_ports, t.tcp_additional, t.udp_ports, t.authoritative, t.close_dead, t.close_dead_scans, t.performance, t.packet_delay, t.discovery_intensity, t.brute_force, t.detection, t.authentication, t.test_authentication, t.auto_update, coalesce(i.list, '[]') AS custom_lists, coalesce(e.list, '[]') AS left_out_lists, t.hash, coalesce(p.list, '[]') AS settings,
    CASE WHEN t.family <> 'vm' THEN NULL WHEN trim(t.title) IN (SELECT trim(option_profile) FROM scan_schedule WHERE active IN (1, 2)) THEN 'by a schedule'
        WHEN trim(t.title) IN (SELECT trim(option_profile) FROM scan) THEN 'by scans alone' ELSE 'no' END AS used
FROM option_profile AS t
LEFT JOIN (SELECT profile_row AS r, json_group_array(coalesce(title, list_id)) AS list FROM option_profile_list WHERE use = 'include' GROUP BY profile_row) AS i ON i.r = t.row
LEFT JOIN (SELECT profile_row AS r, json_group_array(coalesce(title, list_id)) AS list FROM option_profile_list WHERE use = 'exclude' GROUP BY profile_row) AS e ON e.r = t.row
LEFT JOIN (SELECT profile_row AS r, json_group_array(json_array(path, value)) AS list FROM option_profile_setting GROUP BY profile_row) AS p ON p.r = t.row
ORDER BY id, t.row;
