-- For how many seconds the list keeps a report at least.
SELECT min(expires - launched) AS kept FROM report
ORDER BY 1;
