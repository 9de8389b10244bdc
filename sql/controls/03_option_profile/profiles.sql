-- One row an option profile for vulnerability scans, with how many share its title and whether a scan since :since used it.
WITH recent AS (
    SELECT DISTINCT trim(option_profile) AS title FROM scan WHERE option_profile IS NOT NULL AND launched >= :since
), namesake AS (
    SELECT trim(title) AS title, count(DISTINCT id) AS count FROM option_profile WHERE family = 'vm' GROUP BY trim(title)
), excluded AS (
    SELECT profile_row, count(*) AS lists, group_concat(coalesce(title, 'list ' || list_id), char(10)) AS titles
    FROM (SELECT * FROM option_profile_list WHERE use = 'exclude' ORDER BY profile_row, title, list_id) GROUP BY profile_row
)
SELECT p.row, p.id, p.title, p.is_default, p.tcp_ports, p.tcp_additional, p.udp_ports, p.authoritative, p.close_dead, p.close_dead_scans,
    p.performance, p.packet_delay, p.brute_force, p.detection, p.authentication, p.test_authentication, p.hash,
    n.count AS namesakes, r.title IS NOT NULL AS scanned, coalesce(e.lists, 0) AS excluded, e.titles AS excluded_titles,
    p.row >> 24 AS response, p."offset", p.length
FROM option_profile AS p
LEFT JOIN namesake AS n ON n.title = trim(p.title)
LEFT JOIN recent AS r ON r.title = trim(p.title)
LEFT JOIN excluded AS e ON e.profile_row = p.row
WHERE p.family = 'vm' AND p.row = (SELECT min(o.row) FROM option_profile AS o WHERE o.family = 'vm' AND o.id = p.id)
ORDER BY p.id, p.row;
