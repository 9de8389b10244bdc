-- One row a group and family with scanned hosts that need a login; group columns are NULL for hosts in
-- no judged group. outside: in no record. unsure: in none that is known, without an address or perhaps
-- with a live agent.
SELECT g.id AS group_id, g.title, h.os_family AS family, count(*) AS hosts,
    sum(h.agent IS 0 AND has_address AND NOT served) AS outside,
    sum((h.agent IS NULL OR NOT has_address) AND NOT served) AS unsure,
    g.row >> 24 AS response, g."offset", g.length
FROM (SELECT l.*, l.ip IS NOT NULL OR l.ipv6 IS NOT NULL AS has_address, l.row IN (SELECT host_row FROM login_pair) AS served FROM login_host AS l
      WHERE l.scanned AND l.agent IS NOT 1 AND l.os_family IN (SELECT family FROM login_type)) AS h
LEFT JOIN group_member AS m ON m.host_id = h.id
LEFT JOIN asset_group AS g ON g.row = m.group_row
GROUP BY g.row, h.os_family
ORDER BY g.id, g.row, h.os_family;
