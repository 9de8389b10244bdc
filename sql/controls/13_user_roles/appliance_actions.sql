-- One row a login that made a scanner appliance, as the activity log has it, with its first such line.
SELECT login, row >> 24 AS response, "offset", length, min(row)
FROM activity
WHERE (action LIKE '%create%' OR action LIKE '%add%') AND (module LIKE '%appliance%' OR module LIKE '%virtual scanner%' OR details LIKE '%virtual scanner%' OR details LIKE '%scanner appliance%')
  AND login IS NOT NULL
GROUP BY login COLLATE NOCASE
ORDER BY login, row;
