-- One row a range of a judged asset group. named: it holds something that has no address here.
SELECT g.id, g.title, g.dns_names + g.domains + g.netbios_names + g.ec2_ids > 0 AS named, r.network_id, r.first, r.last,
    g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g JOIN group_range AS r ON r.group_row = g.row
WHERE g.title NOT IN (SELECT title FROM ignored_group) AND g.row = (SELECT min(o.row) FROM asset_group AS o WHERE o.id = g.id)
ORDER BY g.id, r.network_id, length(r.first), r.first, r.last;
