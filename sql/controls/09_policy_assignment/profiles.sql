-- One row an option profile for compliance scans, and whether it lets scans renew expected values.
SELECT p.id, p.title, p.auto_update, p.row >> 24 AS response, p."offset", p.length
FROM option_profile AS p
WHERE p.family = 'pc'
ORDER BY p.id, p.row;
