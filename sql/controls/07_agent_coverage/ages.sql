-- One row a whole day: how many present agents last checked in that long ago.
SELECT checked_age / :day AS days, count(*) AS agents
FROM agent_record
WHERE NOT gone AND checked_age IS NOT NULL
GROUP BY days
ORDER BY days;
