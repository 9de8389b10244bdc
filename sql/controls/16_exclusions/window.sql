-- The time from which on the scan list holds scans: as asked, else 30 days before its answer (FO scan list).
SELECT coalesce((SELECT min(unixepoch(value)) FROM parameter WHERE endpoint = 'vm/scans' AND name = 'launched_after_datetime'),
    (SELECT min(received) - 30 * 86400 FROM response WHERE endpoint = 'vm/scans')) AS since
ORDER BY 1;
