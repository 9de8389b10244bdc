-- One row a provider of hosts that are not gone and of which no account was said, with how many there
-- are: assets of the portal, and hosts that the portal does not show.
SELECT provider, count(*) AS hosts
FROM (
    SELECT lower(trim(a.cloud_provider)) AS provider
    FROM host_asset AS a
    WHERE a.cloud_account IS NULL AND a.cloud_provider IS NOT NULL
      AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
      AND a.row NOT IN (SELECT asset_row FROM host_state WHERE gone AND asset_row IS NOT NULL)
    UNION ALL
    SELECT lower(trim(h.cloud_provider)) FROM host_state AS h WHERE NOT h.gone AND h.asset_row IS NULL AND h.cloud_provider IS NOT NULL)
GROUP BY provider
ORDER BY provider;
