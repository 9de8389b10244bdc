-- From when on the log was asked for, and between which times it has events.
SELECT (SELECT max(unixepoch(value)) FROM parameter WHERE endpoint = 'vm/activity-log' AND name = 'since_datetime') AS asked,
    min(time) AS first, max(time) AS last
FROM activity
ORDER BY 1;
