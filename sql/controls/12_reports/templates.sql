-- One row a report template that schedules use and that is not the service's own. used: 1 one of them is active, 0 that is
-- not known; schedules: the active ones, as bytes. namesakes: templates of its title. owner_active: NULL where the user list
-- has no such login or does not say. unnamed: users whose login is not shown.
WITH account AS (
    SELECT lower(login) AS login, max(status) AS status, max(status = 'Active' COLLATE NOCASE) AS active, min(row) AS row FROM user WHERE login IS NOT NULL GROUP BY lower(login)
), use AS (
    SELECT lower(trim(template)) AS title, max(coalesce(active, 0)) AS used,
        json_group_array(json_array(row >> 24, "offset", length, id) ORDER BY id, row) FILTER (WHERE active = 1) AS schedules
    FROM report_schedule WHERE active IS NOT 0 AND template IS NOT NULL GROUP BY lower(trim(template))
), namesake AS (
    SELECT lower(trim(title)) AS title, count(DISTINCT id) AS count FROM report_template GROUP BY lower(trim(title))
)
SELECT t.id, t.title, t.user_login, u.used, u.schedules, n.count AS namesakes, a.status, a.active AS owner_active,
    o.id AS owner_id, o.row >> 24 AS owner_response, o."offset" AS owner_offset, o.length AS owner_length,
    (SELECT count(*) FROM user WHERE login IS NULL) AS unnamed, t.row >> 24 AS response, t."offset", t.length
FROM report_template AS t
JOIN use AS u ON u.title = lower(trim(t.title))
JOIN namesake AS n ON n.title = lower(trim(t.title))
LEFT JOIN account AS a ON a.login = lower(t.user_login)
LEFT JOIN user AS o ON o.row = a.row
WHERE coalesce(t.user_login <> 'None' COLLATE NOCASE, 1) AND t.row IN (SELECT min(row) FROM report_template GROUP BY id)
ORDER BY t.id;
