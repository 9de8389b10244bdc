-- One row an asset group, judged or not.
SELECT g.row, g.row >> 24 AS response, g.id, g.title, g.network_id, g.dns_names + g.domains + g.netbios_names AS names, g.ec2_ids, g."offset", g.length
FROM asset_group AS g
ORDER BY g.id, g.row;
