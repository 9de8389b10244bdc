-- One row a host of a group that is judged.
SELECT g.title, m.host_id
FROM group_member AS m JOIN asset_group AS g ON g.row = m.group_row
ORDER BY g.title, m.host_id;
