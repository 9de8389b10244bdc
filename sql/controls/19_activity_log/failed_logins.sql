-- One row a login: the most failed attempts within :span seconds, and the time of the last of them.
WITH deed AS (
    SELECT login, time, count(*) OVER (PARTITION BY lower(login) ORDER BY time RANGE BETWEEN :span PRECEDING AND CURRENT ROW) AS deeds,
        row, "offset", length
    FROM activity
    WHERE time IS NOT NULL AND login IS NOT NULL
      AND (action LIKE '%login%' OR module LIKE '%login%' OR module = 'auth' COLLATE NOCASE OR details LIKE '%login%' OR details LIKE '%log in%')
      AND (action LIKE '%fail%' OR details LIKE '%fail%' OR details LIKE '%invalid%password%' OR details LIKE '%incorrect%' OR details LIKE '%bad login%')
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY lower(login) ORDER BY deeds DESC, time, row DESC) AS place FROM deed
)
SELECT login, time, deeds, row >> 24 AS response, "offset", length FROM ranked WHERE place = 1
ORDER BY lower(login);
