-- One row an asset group and an appliance that serves it, NULL where none does. holds: whether anything is in the group.
WITH link AS (
    SELECT g.row AS group_row, l.appliance_id FROM asset_group AS g JOIN group_appliance AS l ON l.group_row = g.row
    UNION
    SELECT row, default_appliance_id FROM asset_group WHERE default_appliance_id IS NOT NULL
    UNION
    SELECT g.row, a.id FROM appliance_group AS l JOIN appliance AS a ON a.row = l.appliance_row JOIN asset_group AS g ON g.id = l.group_id
), member AS (
    SELECT group_row, count(*) AS hosts FROM group_member GROUP BY group_row
)
SELECT g.row, g.id, g.title, l.appliance_id, coalesce(m.hosts, 0) AS hosts, g.title IN (SELECT title FROM ignored_group) AS ignored,
    m.hosts IS NOT NULL OR g.dns_names + g.domains + g.netbios_names + g.ec2_ids > 0
      OR EXISTS (SELECT 1 FROM group_range AS r WHERE r.group_row = g.row) OR EXISTS (SELECT 1 FROM group_host AS h WHERE h.group_row = g.row) AS holds,
    g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g LEFT JOIN link AS l ON l.group_row = g.row LEFT JOIN member AS m ON m.group_row = g.row
ORDER BY g.id, g.row, l.appliance_id;
