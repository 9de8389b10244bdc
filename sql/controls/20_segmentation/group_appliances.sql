-- One row an asset group and the name of an appliance that serves it.
WITH link AS (
    SELECT g.id AS group_id, l.appliance_id FROM asset_group AS g JOIN group_appliance AS l ON l.group_row = g.row
    UNION
    SELECT id, default_appliance_id FROM asset_group WHERE default_appliance_id IS NOT NULL
    UNION
    SELECT l.group_id, a.id FROM appliance_group AS l JOIN appliance AS a ON a.row = l.appliance_row WHERE l.group_id IS NOT NULL
)
SELECT DISTINCT l.group_id, trim(a.name) AS name
FROM link AS l JOIN appliance AS a ON a.id = l.appliance_id
ORDER BY 1, 2;
