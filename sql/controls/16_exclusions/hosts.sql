-- One row a host all of whose addresses are excluded, that is not gone. agent: 1 a live one, 0 none, NULL not to
-- be told; :portal says that the portal was read whole. active: the asset list says that it is in use. seen: its
-- last scan of any kind.
WITH holding AS MATERIALIZED (
    SELECT e.network_id, e.first, e.last FROM excluded_range AS e JOIN setting AS s WHERE coalesce(e.expires >= s.as_of, 1)
), four AS MATERIALIZED (
    SELECT DISTINCT h.row AS host_row FROM holding AS e CROSS JOIN host AS h ON h.ip BETWEEN e.first AND e.last AND length(h.ip) = length(e.first) AND +h.network_id = e.network_id
), six AS MATERIALIZED (
    SELECT DISTINCT h.row AS host_row FROM holding AS e CROSS JOIN host AS h ON h.ipv6 BETWEEN e.first AND e.last AND +h.network_id = e.network_id
    WHERE length(e.first) = 16
)
SELECT h.id, coalesce(h.name, h.dns, h.netbios) AS name, h.network_id, h.ip, h.ipv6,
    CASE WHEN h.asset_row IS NULL AND NOT :portal THEN NULL ELSE h.agent END AS agent,
    EXISTS (SELECT 1 FROM asset AS l WHERE l.status COLLATE NOCASE IN ('active', 'production', 'in use', 'live') AND l.instance_id IN (c.cloud_resource_id, c.ec2_instance_id))
      OR EXISTS (SELECT 1 FROM asset AS l WHERE l.status COLLATE NOCASE IN ('active', 'production', 'in use', 'live') AND l.fqdn = h.dns COLLATE NOCASE)
      OR EXISTS (SELECT 1 FROM asset AS l WHERE l.status COLLATE NOCASE IN ('active', 'production', 'in use', 'live') AND l.ip = h.ip AND (SELECT count(*) FROM host AS o WHERE o.ip = h.ip) = 1) AS active,
    nullif(max(coalesce(h.last_vm_scan, 0), coalesce(h.last_vuln_scan, 0), coalesce(c.last_compliance_scan, 0)), 0) AS seen, h.maybe_gone, h.received,
    h.row >> 24 AS response, h."offset", h.length
FROM host_state AS h JOIN host AS c ON c.row = h.row
WHERE h.row IN (SELECT host_row FROM four UNION SELECT host_row FROM six) AND NOT h.gone AND h.row = (SELECT min(o.row) FROM host AS o WHERE o.id = h.id)
  AND (h.ip IS NULL OR h.row IN (SELECT host_row FROM four)) AND (h.ipv6 IS NULL OR h.row IN (SELECT host_row FROM six))
ORDER BY h.id;
