-- The thin answer of a search names neither records nor tags. last_scan_login: how the login of its newest scan went.
SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.url, t.owner_id, t.is_scheduled, CASE WHEN t.detailed THEN coalesce(a.list, '[]') END AS auth_records, CASE WHEN t.detailed THEN coalesce(s.list, '[]') END AS tags, l.login AS last_scan_login
FROM web_app AS t
LEFT JOIN (SELECT app_row AS r, json_group_array(record_id) AS list FROM web_app_auth GROUP BY app_row) AS a ON a.r = t.row
LEFT JOIN (SELECT app_row AS r, json_group_array(tag_id) AS list FROM web_app_tag GROUP BY app_row) AS s ON s.r = t.row
LEFT JOIN (SELECT x.app_id, s.auth_status AS login, max(coalesce(s.launched, 0)) AS launched FROM was_scan_app AS x JOIN was_scan AS s ON s.row = x.scan_row
    WHERE s.type = 'VULNERABILITY' COLLATE NOCASE AND s.auth_status IS NOT NULL GROUP BY x.app_id) AS l ON l.app_id = t.id
ORDER BY id, t.row;
