-- How far the log reaches, how old the subscription is, and what ran in the time that was asked for.
-- since: what the requests asked for, NULL where they named no start.
WITH asked AS (
    SELECT max(unixepoch(value)) AS since FROM parameter WHERE endpoint = 'vm/activity-log' AND name = 'since_datetime'
), run AS (
    SELECT launched FROM scan UNION ALL SELECT launched FROM schedule_run
)
SELECT count(*) AS events, count(DISTINCT login COLLATE NOCASE) AS actors, sum(time IS NULL) AS undated,
    min(time) AS earliest, max(time) AS latest, sum(action = 'request' COLLATE NOCASE AND details LIKE 'API:%') AS requests,
    (SELECT since FROM asked) AS since,
    (SELECT min(created) FROM user) AS first_user, (SELECT count(*) FROM user) AS users,
    (SELECT count(*) FROM run WHERE launched <= :as_of AND launched >= coalesce((SELECT since FROM asked), launched)) AS runs,
    (SELECT min(unixepoch(value)) FROM parameter WHERE endpoint = 'vm/scans' AND name = 'launched_after_datetime') AS scans_since
FROM activity
ORDER BY 1;
