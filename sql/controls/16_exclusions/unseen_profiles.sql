-- One row a title of an option profile that an active schedule or a scan since :since names and the list of
-- profiles does not show, or that such a schedule does not say (NULL). Schedules that may be active count.
SELECT DISTINCT u.title
FROM (
    SELECT trim(option_profile) AS title FROM scan_schedule WHERE active IN (1, 2) OR active IS NULL
    UNION
    SELECT trim(option_profile) FROM scan WHERE launched >= :since AND option_profile IS NOT NULL
) AS u
WHERE u.title IS NULL OR NOT EXISTS (SELECT 1 FROM option_profile AS p WHERE p.family = 'vm' AND trim(p.title) = u.title)
ORDER BY u.title;
