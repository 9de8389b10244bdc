-- What tells that patch reports are made: templates of type Patch, schedules that speak of patches, active ones and those of
-- which that is not known.
SELECT
    (SELECT count(*) FROM report_template) AS templates,
    (SELECT count(*) FROM report_template WHERE template_type = 'Patch' COLLATE NOCASE) AS patch_templates,
    (SELECT count(*) FROM report_schedule) AS schedules,
    count(*) FILTER (WHERE s.active = 1) AS patch_schedules,
    count(*) FILTER (WHERE s.active IS NULL) AS unsure
FROM report_schedule AS s
WHERE s.title LIKE '%patch%' OR s.template LIKE '%patch%'
ORDER BY 1;
