-- One row an active asset of the inventory, older than :grace, that is surely no known host.
-- future: its first day lies ahead, which no grace explains. unsure: it may be one, by an address that several networks have. bare: nothing to know it by.
SELECT a.id, coalesce(a.hostname, a.fqdn) AS name, a.ip, a.ipv6, a.instance_id, a.first_seen, a.id IN (SELECT k.asset_id FROM known_asset AS k) AS unsure,
    a.hostname IS NULL AND a.fqdn IS NULL AND a.ip IS NULL AND a.ipv6 IS NULL AND a.instance_id IS NULL AS bare,
    coalesce(a.first_seen > p.as_of + p.skew, 0) AS future
FROM asset AS a JOIN setting AS p
WHERE coalesce(a.status, 'active') = 'active' COLLATE NOCASE AND coalesce(p.as_of - a.first_seen > :grace OR future, 1)
  AND a.id NOT IN (SELECT k.asset_id FROM known_asset AS k WHERE k.sure)
ORDER BY a.id;
