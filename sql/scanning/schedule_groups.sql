-- One row a title of an asset group in a schedule's target.
SELECT g.schedule_row, g.title FROM schedule_group AS g ORDER BY g.schedule_row, g.title;
