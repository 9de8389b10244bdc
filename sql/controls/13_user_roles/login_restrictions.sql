-- The addresses that logins are restricted to: how many ranges, and whether the restriction is on.
SELECT count(*) AS ranges, max(enabled) AS enabled FROM restricted_range
ORDER BY 1;
