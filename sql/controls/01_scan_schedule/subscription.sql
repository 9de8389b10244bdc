-- The subscription: whether it holds anything that could be scanned, and which kinds of evidence
-- about tags and runs the answers hold.
SELECT
    (SELECT count(*) FROM asset_group) AS groups,
    (SELECT count(*) FROM ip_range) AS ranges,
    (SELECT count(*) FROM host_state WHERE NOT gone) AS hosts,
    EXISTS (SELECT 1 FROM host_tag) OR EXISTS (SELECT 1 FROM host_asset_tag) AS tags_seen,
    EXISTS (SELECT 1 FROM schedule_run) AS runs_seen,
    (SELECT min(unixepoch(value)) FROM parameter WHERE endpoint = 'vm/scans' AND name = 'launched_after_datetime') AS scans_since,
    (SELECT min(received) FROM response WHERE endpoint = 'vm/scans') AS scans_received
ORDER BY 1;
