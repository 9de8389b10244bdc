-- One row an asset of the portal that is no host of the host list: known, and as a rule not scanned.
SELECT a.id, a.name, a.last_vuln_scan
FROM host_asset AS a
WHERE a.row NOT IN (SELECT asset_row FROM host_portal WHERE asset_row IS NOT NULL)
  AND (a.host_id IS NULL OR NOT EXISTS (SELECT 1 FROM host AS h WHERE h.id = a.host_id))
  AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
ORDER BY a.id, a.row;
