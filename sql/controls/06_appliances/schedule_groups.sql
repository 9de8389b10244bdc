-- One row an asset group in a schedule's target.
SELECT g.schedule_row, a.id AS group_id
FROM schedule_group AS g JOIN asset_group AS a ON a.title = g.title
ORDER BY g.schedule_row, a.id;
