-- One row a title of a template that a report schedule names and the list of templates does not show; NULL where the
-- schedule names none. Schedules that may be active count.
SELECT min(trim(s.template)) AS title
FROM report_schedule AS s
WHERE s.active IS NOT 0 AND NOT EXISTS (SELECT 1 FROM report_template AS t WHERE lower(trim(t.title)) = lower(trim(s.template)))
GROUP BY lower(trim(s.template))
ORDER BY 1;
