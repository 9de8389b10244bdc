-- How many assets of the inventory are active, and how many of them are known hosts.
SELECT count(*) AS active, count(*) FILTER (WHERE a.id IN (SELECT k.asset_id FROM known_asset AS k WHERE k.sure)) AS known
FROM asset AS a
WHERE coalesce(a.status, 'active') = 'active' COLLATE NOCASE
ORDER BY 1;
