-- The thin answer of a search names neither records nor tags.
SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.url, t.owner_id, t.is_scheduled, CASE WHEN t.detailed THEN coalesce(a.list, '[]') END AS auth_records, CASE WHEN t.detailed THEN coalesce(s.list, '[]') END AS tags
FROM web_app AS t
LEFT JOIN (SELECT app_row AS r, json_group_array(record_id) AS list FROM web_app_auth GROUP BY app_row) AS a ON a.r = t.row
LEFT JOIN (SELECT app_row AS r, json_group_array(tag_id) AS list FROM web_app_tag GROUP BY app_row) AS s ON s.r = t.row
ORDER BY id, t.row;
