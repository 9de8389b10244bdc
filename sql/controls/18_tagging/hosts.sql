-- The hosts whose tags are judged: neither gone nor younger than :young, which rules may not have
-- met yet. known: whether an answer shows their tags; :listed says that the host list does.
CREATE TEMP TABLE scope_host AS
SELECT h.row, h.id, h.name, CAST(h.asset_row AS INTEGER) AS asset_row, h."offset", h.length, :listed OR h.asset_row IS NOT NULL AS known,
    coalesce(h.cloud_provider IS NOT NULL AND p.as_of - h.first_found >= :ephemeral
      AND max(coalesce(h.last_activity, 0), coalesce(h.last_vm_scan, h.last_vuln_scan, 0)) - h.first_found < :ephemeral, 0) AS ephemeral
FROM host_state AS h JOIN setting AS p
WHERE NOT h.gone AND coalesce(p.as_of - h.first_found >= :young, 1)
ORDER BY h.row;
