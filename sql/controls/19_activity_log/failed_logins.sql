-- One row a login: the most failed attempts within :span seconds, the time of the last of them, and how
-- many attempts have no time.
WITH deed AS (
    SELECT login, time, count(time) OVER (PARTITION BY lower(login) ORDER BY time RANGE BETWEEN :span PRECEDING AND CURRENT ROW) AS deeds,
        count(*) OVER (PARTITION BY lower(login)) - count(time) OVER (PARTITION BY lower(login)) AS undated, row, "offset", length
    FROM activity
    WHERE login IS NOT NULL
      AND (action LIKE '%login%' OR module LIKE '%login%' OR module = 'auth' COLLATE NOCASE OR details LIKE '%login%' OR details LIKE '%log in%')
      AND (action LIKE '%fail%' OR details LIKE '%fail%' OR details LIKE '%invalid%password%' OR details LIKE '%incorrect%' OR details LIKE '%bad login%')
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY lower(login) ORDER BY deeds DESC, time, row DESC) AS place FROM deed
)
SELECT login, time, deeds, undated, row >> 24 AS response, "offset", length FROM ranked WHERE place = 1
ORDER BY lower(login);
