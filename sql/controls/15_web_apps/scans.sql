-- Of each application: the newest scan that ended, the newest with results, the newest that may have
-- some, and the newest that says something of the login. An undated scan comes last; undated: the
-- greatest id of one that ended. NONE and NOT_USED of a scan without results say nothing of a login.
SELECT w.app_id, w.id, w.launched, coalesce(w.received, 0) AS received, w.status, w.results_status, w.auth_status, w.test, w.completed, w.useful, w.undated,
    w.of_all = 1 AS last, w.of_use = 1 AS of_use, w.speaks AND w.of_login = 1 AS login,
    w.row >> 24 AS response, w."offset", w.length
FROM (
    SELECT *,
        row_number() OVER (PARTITION BY app_id ORDER BY launched DESC NULLS LAST, id DESC, row DESC) AS of_all,
        row_number() OVER (PARTITION BY app_id, useful ORDER BY launched DESC NULLS LAST, id DESC, row DESC) AS of_use,
        row_number() OVER (PARTITION BY app_id, speaks ORDER BY launched DESC NULLS LAST, id DESC, row DESC) AS of_login,
        max(CASE WHEN launched IS NULL THEN id END) OVER (PARTITION BY app_id) AS undated
    FROM (SELECT *, coalesce(auth_status IN ('SUCCESSFUL', 'PARTIAL', 'FAILED'), 0) OR useful IS NOT 0 AS speaks FROM web_scan WHERE NOT underway AND test IS NOT 0)
) AS w
WHERE 1 IN (w.of_all, w.of_use, w.of_login)
ORDER BY w.app_id, w.launched, w.id, w.row;
