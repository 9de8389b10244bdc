-- One row a line of the log, oldest first, and whether its actor is a user of today.
WITH known AS (
    SELECT lower(login) AS login FROM user WHERE login IS NOT NULL UNION SELECT lower(login) FROM portal_user WHERE login IS NOT NULL
)
SELECT a.time, a.action, a.module, a.details, a.login, a.ip, k.login IS NOT NULL AS known,
    a.row >> 24 AS response, a."offset", a.length
FROM activity AS a LEFT JOIN known AS k ON k.login = lower(a.login)
ORDER BY a.time, a.row;
