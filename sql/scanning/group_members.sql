-- One row a host of an asset group, as either of the two says it.
SELECT g.row AS group_row, h.id AS host_id
FROM host_group AS m JOIN host AS h ON h.row = m.host_row JOIN asset_group AS g ON g.id = m.group_id
UNION
SELECT m.group_row, m.host_id FROM group_host AS m
ORDER BY 1, 2;
