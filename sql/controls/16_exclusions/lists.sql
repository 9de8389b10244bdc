-- One row a search list that an option profile in use leaves out: named by an active schedule or by a scan since
-- :since. in_use: 0 where the title or the schedule's state leaves that open. severe, exploited and unresolved count its QIDs; found: the list is there.
WITH used AS (
    SELECT p.row AS profile_row, p.id, p.title,
        CASE WHEN (SELECT count(DISTINCT o.id) FROM option_profile AS o WHERE o.family = 'vm' AND trim(o.title) = trim(p.title)) = 1 THEN max(u.active IS NOT NULL) ELSE 0 END AS in_use
    FROM option_profile AS p JOIN (
        SELECT trim(option_profile) AS title, CASE WHEN active IN (1, 2) THEN 1 END AS active FROM scan_schedule WHERE active IN (1, 2) OR active IS NULL
        UNION
        SELECT trim(option_profile), 1 FROM scan WHERE launched >= :since
    ) AS u ON u.title = trim(p.title)
    WHERE p.family = 'vm'
    GROUP BY p.row
), named AS (
    SELECT l.profile_row, trim(l.title) AS title, coalesce(l.list_id, (SELECT min(s.id) FROM search_list AS s WHERE trim(s.title) = trim(l.title))) AS list_id
    FROM option_profile_list AS l WHERE l.use = 'exclude'
), left_out AS (
    SELECT n.list_id, min(n.title) AS title, max(u.in_use) AS in_use, json_group_array(DISTINCT u.title ORDER BY u.title) AS profiles, min(u.profile_row) AS profile_row
    FROM named AS n JOIN used AS u ON u.profile_row = n.profile_row
    GROUP BY n.list_id, CASE WHEN n.list_id IS NULL THEN n.title END
), rated AS (
    SELECT q.list_row, q.qid,
        (SELECT v.severity FROM vuln AS v WHERE v.qid = q.qid AND v.severity IS NOT NULL ORDER BY v.row LIMIT 1) AS severity,
        EXISTS (SELECT 1 FROM vuln_cve AS c JOIN kev AS k ON k.cve = c.cve WHERE c.qid = q.qid)
          OR EXISTS (SELECT 1 FROM vuln_threat AS t WHERE t.qid = q.qid AND lower(t.indicator) LIKE '%known_exploited%') AS exploited
    FROM (SELECT DISTINCT list_row, qid FROM search_list_qid) AS q
)
SELECT o.list_id, coalesce(s.title, o.title) AS title, o.in_use, o.profiles, s.row IS NOT NULL AND s.has_qids AS found,
    (SELECT count(*) FROM rated AS r WHERE r.list_row = s.row) AS qids,
    (SELECT count(*) FROM rated AS r WHERE r.list_row = s.row AND r.severity >= :severe) AS severe,
    (SELECT count(*) FROM rated AS r WHERE r.list_row = s.row AND r.exploited) AS exploited,
    (SELECT count(*) FROM rated AS r WHERE r.list_row = s.row AND r.severity IS NULL) AS unresolved,
    s.row >> 24 AS response, s."offset", s.length,
    p.id AS profile_id, p.row >> 24 AS profile_response, p."offset" AS profile_offset, p.length AS profile_length
FROM left_out AS o JOIN option_profile AS p ON p.row = o.profile_row
LEFT JOIN search_list AS s ON s.row = (SELECT min(x.row) FROM search_list AS x WHERE x.id = o.list_id)
ORDER BY o.list_id, title;
