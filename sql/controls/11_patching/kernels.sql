-- One row a host with an open finding on its running kernel that was last booted longer ago than
-- :uptime, or of which that is not known.
SELECT k.host_id AS id, h.name, k.detections, k.boot_age, h.row >> 24 AS response, h."offset", h.length
FROM (
    SELECT c.host_id, c.detections, f.row AS host_row,
        CASE WHEN f.last_boot <= max(s.as_of, (SELECT received FROM response WHERE seq = f.row >> 24) + s.skew) THEN max(0, s.as_of - f.last_boot) END AS boot_age
    FROM (SELECT o.host_id, count(*) AS detections FROM open_detection AS o WHERE o.bucket = 'open' AND o.running_kernel = 1 GROUP BY o.host_id) AS c
    JOIN setting AS s
    JOIN host AS f ON f.row = (SELECT min(n.row) FROM host AS n WHERE n.id = c.host_id)
) AS k
JOIN host AS h ON h.row = k.host_row
WHERE k.boot_age IS NULL OR k.boot_age > :uptime
ORDER BY k.host_id;
