-- One row a host of an asset group that is judged.
SELECT m.host_id, m.group_row, g.id, g.title, g.row >> 24 AS response, g."offset", g.length
FROM group_member AS m JOIN asset_group AS g ON g.row = m.group_row
ORDER BY g.id, g.row, m.host_id;
