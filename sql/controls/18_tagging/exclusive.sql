-- One row a host and pair of tags out of the JSON list :names that it carries both.
SELECT h.id, h.name AS host_name, a.id AS first_id, a.name AS first_name, b.id AS second_id, b.name AS second_name,
    h.row >> 24 AS response, h."offset", h.length
FROM tag_state AS a
JOIN carried AS c ON c.tag_id = a.id
JOIN carried AS d ON d.host_row = c.host_row AND d.tag_id > c.tag_id
JOIN tag_state AS b ON b.id = d.tag_id
JOIN scope_host AS h ON h.row = c.host_row
WHERE a.name IN (SELECT value FROM json_each(:names)) AND b.name IN (SELECT value FROM json_each(:names)) AND a.name <> b.name
ORDER BY h.id, h.row, a.id, b.id;
