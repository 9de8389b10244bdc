-- One row an account that some connector feeds.
SELECT lower(t.provider) || '/' || t.account AS id, NULL AS name, min(t.row) AS row, t."offset", t.length, t.id AS record
FROM connector AS t
WHERE t.account IS NOT NULL
GROUP BY lower(t.provider) || '/' || t.account
ORDER BY 1;
