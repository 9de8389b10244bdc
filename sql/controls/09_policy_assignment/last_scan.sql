-- When a compliance scan was last seen to have run: by the list of scans, or on any host.
SELECT max(time) AS last FROM (
    SELECT max(launched) AS time FROM compliance_scan WHERE state = 'Finished' COLLATE NOCASE
    UNION ALL
    SELECT max(scanned) FROM compliance_host
)
ORDER BY 1;
