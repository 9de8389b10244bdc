-- One row a policy: how it is assigned, what it checks, on which of its hosts. :window is how long ago a scan may be to count.
-- served: hosts of a family that its technologies name. unnamed: hosts whose system is not known. families: those of its hosts.
-- doubtful: hosts that may be gone; of them, those with such a scan, those without any, and those served.
WITH assigned AS (
    SELECT u.policy_row, count(*) AS hosts, count(*) FILTER (WHERE h.scan_age <= :window) AS scanned,
        count(*) FILTER (WHERE h.scanned IS NOT NULL AND h.scan_age IS NULL) AS undated, count(*) FILTER (WHERE h.os_family IS NULL) AS unnamed, count(f.os_family) AS served,
        count(*) FILTER (WHERE h.maybe_gone) AS doubtful, count(*) FILTER (WHERE h.maybe_gone AND h.scan_age <= :window) AS doubtful_scanned,
        count(*) FILTER (WHERE h.maybe_gone AND (h.scanned IS NULL OR h.scan_age > :window)) AS doubtful_unscanned, count(f.os_family) FILTER (WHERE h.maybe_gone) AS doubtful_served
    FROM under_policy AS u JOIN compliance_host AS h ON h.row = u.host_row LEFT JOIN served_family AS f ON f.policy_row = u.policy_row AND f.os_family = h.os_family
    GROUP BY u.policy_row
), family AS (
    SELECT policy_row, group_concat(os_family, ', ') AS families
    FROM (SELECT DISTINCT u.policy_row, h.os_family FROM under_policy AS u JOIN compliance_host AS h ON h.row = u.host_row WHERE h.os_family IS NOT NULL ORDER BY 1, 2)
    GROUP BY policy_row
), checked AS (
    SELECT policy_row, count(*) AS controls, count(*) FILTER (WHERE status = 'active' COLLATE NOCASE) AS live, count(*) FILTER (WHERE status IS NULL) AS unsaid
    FROM policy_control GROUP BY policy_row
), meant AS (
    SELECT policy_row, count(*) AS technologies, count(os_family) AS systems, group_concat(name, ', ') AS names
    FROM (SELECT * FROM policy_technology ORDER BY policy_row, name, technology_id) GROUP BY policy_row
)
SELECT p.row, p.id, coalesce(p.title, 'policy ' || p.id) AS title, p.status, p.active, p.evaluated, p.agent_ips, p.hidden, p.groups, p.tags,
    coalesce(a.hosts, 0) AS hosts, coalesce(a.scanned, 0) AS scanned, coalesce(a.undated, 0) AS undated, coalesce(a.unnamed, 0) AS unnamed, coalesce(a.served, 0) AS served,
    coalesce(a.doubtful, 0) AS doubtful, coalesce(a.doubtful_scanned, 0) AS doubtful_scanned, coalesce(a.doubtful_unscanned, 0) AS doubtful_unscanned, coalesce(a.doubtful_served, 0) AS doubtful_served,
    coalesce(f.families, '') AS families, coalesce(c.controls, 0) AS controls, coalesce(c.live, 0) AS live, coalesce(c.unsaid, 0) AS unsaid,
    coalesce(m.technologies, 0) AS technologies, coalesce(m.systems, 0) AS systems, coalesce(m.names, '') AS technology_names,
    p.row >> 24 AS response, p."offset", p.length, r.received
FROM policy_state AS p
LEFT JOIN assigned AS a ON a.policy_row = p.row
LEFT JOIN family AS f ON f.policy_row = p.row
LEFT JOIN checked AS c ON c.policy_row = p.row
LEFT JOIN meant AS m ON m.policy_row = p.row
LEFT JOIN response AS r ON r.seq = p.row >> 24
ORDER BY p.id;
