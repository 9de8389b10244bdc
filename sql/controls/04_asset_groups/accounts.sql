-- How many accounts there are, and how many of them show no id.
SELECT count(*) AS accounts, count(*) FILTER (WHERE u.id IS NULL) AS nameless FROM user AS u ORDER BY 1;
