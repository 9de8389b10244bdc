-- One row an asset of the portal that is no host of the host list: known, and as a rule not scanned.
-- One at the address of a host may be that host and is left out.
SELECT a.id, a.name, a.last_vuln_scan
FROM host_asset AS a
WHERE a.row NOT IN (SELECT asset_row FROM host_portal WHERE asset_row IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM host AS h WHERE h.id = a.host_id)
  AND NOT EXISTS (SELECT 1 FROM host AS h WHERE h.ip = a.address)
  AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
ORDER BY a.id, a.row;
