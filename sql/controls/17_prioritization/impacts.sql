-- One row a judged asset group: its business impact, and its bytes.
SELECT g.id, g.business_impact, g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g
WHERE g.title NOT IN (SELECT title FROM ignored_group)
ORDER BY g.id, g.row;
