-- One row a range of addresses of an asset group.
SELECT a.title, r.network_id, r.first, r.last
FROM group_range AS r JOIN asset_group AS a ON a.row = r.group_row
ORDER BY a.title, r.network_id, r.first, r.last;
