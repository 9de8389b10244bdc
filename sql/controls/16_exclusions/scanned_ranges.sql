-- One row a range of addresses of a group, by the group's title.
SELECT trim(g.title) AS title, r.network_id, r.first, r.last
FROM asset_group AS g JOIN group_range AS r ON r.group_row = g.row
ORDER BY 1, 2, length(r.first), 3, 4;
