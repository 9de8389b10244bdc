-- Whether any run history was read, and since when the scan list shows scans.
SELECT EXISTS (SELECT 1 FROM schedule_run) AS runs_seen,
    (SELECT min(unixepoch(value)) FROM parameter WHERE endpoint = 'vm/scans' AND name = 'launched_after_datetime') AS scans_since,
    (SELECT min(received) FROM response WHERE endpoint = 'vm/scans') AS scans_received
ORDER BY 1;
