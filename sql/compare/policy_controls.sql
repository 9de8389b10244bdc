-- The copies that policies hold: USE_SCAN_VALUE from 0 to 1 gives up the expected value.
SELECT t.policy_id || '/' || t.id AS id, t.statement AS name, t.row, t."offset", t.length, t.id AS record,
    t.criticality, t.check_type, t.ignore_error, t.ignore_not_found, coalesce(u.list, '[]') AS use_scan_value, coalesce(v.list, '[]') AS expected
FROM compliance_control AS t
LEFT JOIN (SELECT control_row AS r, json_group_array(coalesce(name, technology_id) || coalesce(': ' || use_scan_value, '')) AS list FROM control_technology GROUP BY control_row) AS u ON u.r = t.row
LEFT JOIN (SELECT control_row AS r, json_group_array(coalesce(name, technology_id) || coalesce(': ' || default_value, '')) AS list FROM control_technology GROUP BY control_row) AS v ON v.r = t.row
WHERE t.source = 'export' AND t.policy_id IS NOT NULL
ORDER BY id, t.row;
