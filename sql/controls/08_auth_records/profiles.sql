-- One row an option profile for vulnerability scans.
SELECT p.id, trim(p.title) AS title, p.authentication, p.row >> 24 AS response, p."offset", p.length
FROM option_profile AS p
WHERE p.family = 'vm' AND p.row = (SELECT min(o.row) FROM option_profile AS o WHERE o.family = 'vm' AND o.id = p.id)
ORDER BY p.id;
