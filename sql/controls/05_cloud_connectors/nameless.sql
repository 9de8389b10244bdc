-- One row a provider of hosts that are not gone and of which no account was said, with how many there
-- are: assets of the portal, and hosts that the portal does not show.
WITH seen AS MATERIALIZED (
    SELECT gone, asset_row, cloud_provider FROM host_state WHERE gone OR asset_row IS NULL
)
SELECT provider, count(*) AS hosts
FROM (
    SELECT lower(trim(a.cloud_provider)) AS provider
    FROM host_asset AS a
    WHERE a.cloud_account IS NULL AND a.cloud_provider IS NOT NULL
      AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
      AND a.row NOT IN (SELECT s.asset_row FROM seen AS s WHERE s.gone AND s.asset_row IS NOT NULL)
    UNION ALL
    SELECT lower(trim(s.cloud_provider)) FROM seen AS s WHERE NOT s.gone AND s.cloud_provider IS NOT NULL)
GROUP BY provider
ORDER BY provider;
