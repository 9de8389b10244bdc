-- One row an asset of the portal that is no host of the host list: known, and never scanned.
SELECT a.id, a.name, a.last_vuln_scan, a.row >> 24 AS response, a."offset", a.length
FROM host_asset AS a
WHERE a.row NOT IN (SELECT asset_row FROM host_portal WHERE asset_row IS NOT NULL)
  AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
  AND (a.host_id IS NULL OR a.host_id NOT IN (SELECT id FROM host))
ORDER BY a.id, a.row;
