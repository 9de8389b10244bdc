-- One row a provider of hosts that are not gone and of which no account was said, with how many there
-- are: assets of the portal, and hosts that the portal does not show.
WITH state AS MATERIALIZED (
    SELECT h.asset_row, h.gone, lower(trim(h.cloud_provider)) AS provider FROM host_state AS h
)
SELECT provider, count(*) AS hosts
FROM (
    SELECT lower(trim(a.cloud_provider)) AS provider
    FROM host_asset AS a
    WHERE a.cloud_account IS NULL AND a.cloud_provider IS NOT NULL
      AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
      AND a.row NOT IN (SELECT asset_row FROM state WHERE gone AND asset_row IS NOT NULL)
    UNION ALL
    SELECT provider FROM state WHERE NOT gone AND asset_row IS NULL AND provider IS NOT NULL)
GROUP BY provider
ORDER BY provider;
