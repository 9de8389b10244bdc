-- One row a family and network with scanned hosts that need a login: no live agent, or that is not known.
SELECT h.os_family AS family, h.network_id, sum(h.agent IS 0) AS hosts, sum(h.agent IS NULL) AS unsure,
    sum(h.row IN (SELECT host_row FROM login_pair)) AS served,
    EXISTS (SELECT 1 FROM login_record AS r WHERE r.family = h.os_family AND r.network_id = h.network_id) AS has_record
FROM login_host AS h
WHERE h.scanned AND h.agent IS NOT 1 AND h.os_family IN (SELECT family FROM login_type)
GROUP BY h.os_family, h.network_id
ORDER BY 1, 2;
