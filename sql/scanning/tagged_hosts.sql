-- One row a host with a tag that some schedule names, or the JSON list :names.
SELECT t.name, h.id AS host_id
FROM host_tag AS t JOIN host AS h ON h.row = t.host_row
WHERE t.name IN (SELECT name FROM schedule_tag UNION SELECT value FROM json_each(:names))
UNION
SELECT t.name, h.id
FROM host_asset_tag AS t JOIN host_portal AS p ON p.asset_row = t.asset_row JOIN host AS h ON h.row = p.host_row
WHERE t.name IN (SELECT name FROM schedule_tag UNION SELECT value FROM json_each(:names))
ORDER BY 1, 2;
