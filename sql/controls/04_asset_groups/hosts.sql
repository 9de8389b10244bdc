-- Every host that is not gone. grouped: in an asset group other than the built-in one, as the host
-- or the group says. tagged: with a user-defined tag; NULL where that is not known, :listed says
-- that the host list shows tags. seen: last scan or activity; NULL where there is none, or one that
-- lies in the future. matched: in the inventory; NULL where only an address of several networks
-- says so. declared: in a declared network, which only the last one to begin ahead of its address
-- can be; NULL where it has no address. maybe_gone: a cloud instance of whose state nothing was read.
CREATE TEMP TABLE owned_host AS
WITH dated AS (
    SELECT h.row, nullif(max(coalesce(h.last_vm_scan, -1), coalesce(h.last_vuln_scan, -1), coalesce(o.last_compliance_scan, -1), coalesce(h.last_activity, -1)), -1) AS seen
    FROM host_state AS h JOIN host AS o ON o.row = h.row
)
SELECT h.row, h.id, h.network_id, h.ip, h.ipv6, coalesce(h.name, h.dns, h.netbios) AS name, h."offset", h.length, h.maybe_gone,
    h.row IN (SELECT m.host_row FROM host_group AS m WHERE m.group_id NOT IN (SELECT g.id FROM asset_group AS g WHERE g.title = :everything))
      OR h.id IN (SELECT m.host_id FROM group_host AS m JOIN asset_group AS g ON g.row = m.group_row WHERE g.title <> :everything) AS grouped,
    CASE
        WHEN m.host_row IS NOT NULL AND (m.user = 1 OR m.user IS NULL) THEN m.user
        WHEN :listed OR h.asset_row IS NOT NULL THEN 0
    END AS tagged,
    m.host_row IS NOT NULL AND m.user IS NULL AS unlisted,
    CASE WHEN d.seen <= max(p.as_of, coalesce(h.received, p.as_of) + p.skew) THEN d.seen END AS seen,
    coalesce(p.as_of - d.seen > :stale, 0) AS stale,
    CASE WHEN k.sure THEN 1 WHEN k.sure IS NULL THEN 0 END AS matched,
    CASE
        WHEN h.ip IS NULL AND h.ipv6 IS NULL THEN NULL
        ELSE coalesce((SELECT r.last FROM declared AS r WHERE r.network_id = h.network_id AND length(r.first) = length(h.ip) AND r.first <= h.ip ORDER BY r.first DESC LIMIT 1) >= h.ip, 0)
          OR coalesce((SELECT r.last FROM declared AS r WHERE r.network_id = h.network_id AND length(r.first) = length(h.ipv6) AND r.first <= h.ipv6 ORDER BY r.first DESC LIMIT 1) >= h.ipv6, 0)
    END AS declared
FROM host_state AS h
JOIN setting AS p
JOIN dated AS d ON d.row = h.row
LEFT JOIN mark AS m ON m.host_row = h.row
LEFT JOIN (SELECT host_row, max(sure) AS sure FROM known_asset GROUP BY host_row) AS k ON k.host_row = h.row
WHERE NOT h.gone
ORDER BY h.row;
