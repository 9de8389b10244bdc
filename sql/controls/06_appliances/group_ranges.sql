-- One row a range of addresses of a group that is judged.
SELECT r.network_id, r.first, r.last
FROM group_range AS r JOIN asset_group AS g ON g.row = r.group_row
WHERE g.title NOT IN (SELECT title FROM ignored_group)
ORDER BY r.network_id, r.first, r.last;
