-- Live schedules by tag, and those whose target no answer shows.
SELECT count(*) FILTER (WHERE s.by_tag) AS by_tag, count(*) FILTER (WHERE NOT s.by_tag AND NOT s.by_app) AS untold
FROM (
    SELECT EXISTS (SELECT 1 FROM was_schedule_tag AS t WHERE t.schedule_row = w.row) AS by_tag,
        EXISTS (SELECT 1 FROM was_schedule_app AS x WHERE x.schedule_row = w.row) AS by_app
    FROM was_schedule AS w
    WHERE coalesce(w.active, 1) = 1 AND coalesce(w.invalid, 0) = 0 AND coalesce(w.type, 'VULNERABILITY') = 'VULNERABILITY' COLLATE NOCASE
) AS s
ORDER BY 1;
