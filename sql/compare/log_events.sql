-- Events of the log between two times, in an order that both snapshots share.
SELECT a.time, a.action, a.module, a.details, a.login, a.role, a.ip, a.row >> 24 AS response, a."offset", a.length
FROM activity AS a
WHERE a.time BETWEEN :from AND :to
ORDER BY a.time, a.action, a.module, a.details, a.login, a.role, a.ip, a.row;
