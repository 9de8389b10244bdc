-- One row a host with a cloud account, of each account the first :spans; hosts: how many the account
-- has that are not gone.
SELECT provider, account, hosts, id, response, "offset", length
FROM (
    SELECT lower(trim(a.cloud_provider)) AS provider, a.cloud_account AS account, a.id, a.row >> 24 AS response, a."offset", a.length, a.row,
        count(*) OVER (PARTITION BY lower(trim(a.cloud_provider)), a.cloud_account) AS hosts,
        row_number() OVER (PARTITION BY lower(trim(a.cloud_provider)), a.cloud_account ORDER BY a.row) AS place
    FROM host_asset AS a
    WHERE a.cloud_account IS NOT NULL
      AND coalesce(a.instance_state, '') <> 'TERMINATED' COLLATE NOCASE
      AND a.row NOT IN (SELECT asset_row FROM host_state WHERE gone AND asset_row IS NOT NULL))
WHERE place <= :spans
ORDER BY provider, account, row;
