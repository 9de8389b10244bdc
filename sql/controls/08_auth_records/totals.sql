-- Hosts scanned within the window, and what the authentication methods that scans reported say.
SELECT
    (SELECT count(*) FROM login_host WHERE recent = 1) AS recent,
    (SELECT count(*) FROM login_host WHERE scanned AND agent IS NOT 1 AND os_family IS NULL) AS nameless,
    (SELECT count(DISTINCT host_id) FROM auth_detection WHERE success = 1) AS named,
    (SELECT count(DISTINCT host_id) FROM auth_detection WHERE success = 0) AS anonymous,
    EXISTS (SELECT 1 FROM host_tag) OR EXISTS (SELECT 1 FROM host_asset_tag) AS tags_seen
ORDER BY 1;
