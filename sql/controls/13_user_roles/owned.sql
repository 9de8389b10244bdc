-- One row a thing that still works and belongs to an account that is not active.
WITH account AS (
    SELECT row, id, login FROM user WHERE status <> 'Active' COLLATE NOCASE
)
SELECT u.row AS user_row, 'schedule' AS kind, s.id, s.title, s.row >> 24 AS response, s."offset", s.length
FROM account AS u JOIN scan_schedule AS s ON s.user_login = u.login COLLATE NOCASE
WHERE s.active IN (1, 2)
UNION ALL
SELECT u.row, 'asset group', g.id, g.title, g.row >> 24, g."offset", g.length
FROM account AS u JOIN asset_group AS g ON g.owner_user_id = u.id
UNION ALL
SELECT u.row, 'authentication record', a.id, a.title, a.row >> 24, a."offset", a.length
FROM account AS u JOIN auth_record AS a ON a.owner = u.login COLLATE NOCASE
ORDER BY 1, 2, 3, 5, 6;
