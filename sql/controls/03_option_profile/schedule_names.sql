-- One row a group or tag in a schedule's target.
SELECT schedule_row, 'group' AS kind, title AS name FROM schedule_group
UNION
SELECT schedule_row, 'tag', name FROM schedule_tag WHERE NOT excluded
ORDER BY 1, 2, 3;
