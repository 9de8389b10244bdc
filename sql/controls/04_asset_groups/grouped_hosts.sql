-- One row an address that a host of some asset group has, in the ranges of `loose`: a group may hold
-- the host by its name. :told: whether the list of addresses says of which network they are.
SELECT DISTINCT l.network_id, h.ip
FROM host AS h JOIN loose AS l ON (NOT :told OR l.network_id = h.network_id) AND length(l.first) = length(h.ip) AND h.ip BETWEEN l.first AND l.last
WHERE h.row IN (SELECT m.host_row FROM host_group AS m WHERE m.group_id NOT IN (SELECT g.id FROM asset_group AS g WHERE g.title = :everything))
   OR h.id IN (SELECT m.host_id FROM group_host AS m JOIN asset_group AS g ON g.row = m.group_row WHERE g.title <> :everything)
ORDER BY 1, 2;
