-- One row a report template that somebody owns, or of whose owner nothing is said. used: 1 an active report schedule is made from it, 0 one of which that is
-- not known, NULL none. namesakes: templates of its title. owner_active: NULL where the user list has no such login or
-- does not say. unnamed: users whose login is not shown.
WITH account AS (
    SELECT lower(login) AS login, max(status) AS status, max(status = 'Active' COLLATE NOCASE) AS active FROM user WHERE login IS NOT NULL GROUP BY lower(login)
), use AS (
    SELECT lower(trim(template)) AS title, max(coalesce(active, 0)) AS used FROM report_schedule WHERE active IS NOT 0 AND template IS NOT NULL GROUP BY lower(trim(template))
), namesake AS (
    SELECT lower(trim(title)) AS title, count(DISTINCT id) AS count FROM report_template GROUP BY lower(trim(title))
)
SELECT t.id, t.title, t.user_login, u.used, n.count AS namesakes, a.login IS NOT NULL AS listed, a.status, a.active AS owner_active,
    (SELECT count(*) FROM user WHERE login IS NULL) AS unnamed, t.row >> 24 AS response, t."offset", t.length
FROM report_template AS t
LEFT JOIN use AS u ON u.title = lower(trim(t.title))
LEFT JOIN namesake AS n ON n.title = lower(trim(t.title))
LEFT JOIN account AS a ON a.login = lower(t.user_login)
WHERE coalesce(t.user_login, '') <> 'None' COLLATE NOCASE AND t.row IN (SELECT min(row) FROM report_template GROUP BY id)
ORDER BY t.id;
