-- signature_lag: of one that is behind, how far; it stays or grows where nobody repairs it. schedule: ids of active ones
-- that name it. When it last called and what it scans now moves by itself.
SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.status, t.type, t.model, t.network_id, t.software_version, t.vulnsigs_version, t.ml_version,
    CASE WHEN t.vulnsigs_version <> t.vulnsigs_latest THEN t.vulnsigs_version || ' behind ' || t.vulnsigs_latest END AS signature_lag, t.heartbeats_missed, t.polling_seconds, t.user_login, coalesce(g.list, '[]') AS groups,
    (SELECT json_group_array(s.id) FROM scan_schedule AS s WHERE s.active IN (1, 2) AND instr(',' || replace(s.scanner, ', ', ',') || ',', ',' || t.name || ',') > 0) AS schedules
FROM appliance AS t
LEFT JOIN (SELECT appliance_row AS r, json_group_array(coalesce(title, group_id)) AS list FROM appliance_group GROUP BY appliance_row) AS g ON g.r = t.row
ORDER BY id, t.row;
