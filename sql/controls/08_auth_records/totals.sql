-- Hosts scanned within the window, and what the authentication methods that scans reported say.
SELECT h.recent, h.nameless, d.named, d.anonymous, EXISTS (SELECT 1 FROM host_tag) OR EXISTS (SELECT 1 FROM host_asset_tag) AS tags_seen
FROM (SELECT count(*) FILTER (WHERE recent = 1) AS recent, count(*) FILTER (WHERE scanned AND agent IS NOT 1 AND os_family IS NULL) AS nameless FROM login_host) AS h
CROSS JOIN (SELECT count(DISTINCT host_id) FILTER (WHERE success = 1) AS named, count(DISTINCT host_id) FILTER (WHERE success = 0) AS anonymous FROM auth_detection) AS d
ORDER BY 1;
