-- The copies that policies hold: USE_SCAN_VALUE from 0 to 1 gives up the expected value. One setting a technology.
SELECT t.policy_id || '/' || t.id AS id, t.statement AS name, t.row, t."offset", t.length, t.id AS record,
    t.criticality, t.check_type, t.ignore_error, t.ignore_not_found, coalesce(v.list, '[]') AS settings
FROM compliance_control AS t
LEFT JOIN (
    SELECT r, json_group_array(json_array(path, value)) AS list FROM (
        SELECT control_row AS r, 'use_scan_value of ' || coalesce(name, technology_id) AS path, CAST(use_scan_value AS TEXT) AS value FROM control_technology WHERE use_scan_value IS NOT NULL
        UNION ALL
        SELECT control_row, 'expected of ' || coalesce(name, technology_id), default_value FROM control_technology WHERE default_value IS NOT NULL
    ) GROUP BY r
) AS v ON v.r = t.row
WHERE t.source = 'export' AND t.policy_id IS NOT NULL
ORDER BY id, t.row;
