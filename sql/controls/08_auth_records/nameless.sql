-- One row a network with scanned hosts without a live agent whose operating system is not told,
-- with how many families have no record there.
SELECT h.network_id, count(*) AS hosts,
    (SELECT count(DISTINCT t.family) FROM login_type AS t
      WHERE NOT EXISTS (SELECT 1 FROM login_record AS r WHERE r.family = t.family AND r.network_id = h.network_id)) AS unserved
FROM login_host AS h
WHERE h.scanned AND h.agent IS NOT 1 AND h.os_family IS NULL
GROUP BY h.network_id
ORDER BY 1;
