-- One row an asset group that is scanned for compliance, or that the JSON list :titles names where :declared.
-- named: 1 an active policy names it, 0 one of which that is not known, NULL none. hosts: those that count, bare: those
-- under no policy, unsure: those under one that may be active, agentless: bare ones that surely have no agent, there: those
-- that are surely not gone, covered: those of them under an active policy.
WITH held AS (
    SELECT m.group_id, count(*) AS hosts, count(*) FILTER (WHERE c.sure IS NULL) AS bare, count(*) FILTER (WHERE c.sure = 0) AS unsure,
        count(*) FILTER (WHERE c.sure IS NULL AND h.agentless) AS agentless,
        count(*) FILTER (WHERE NOT h.maybe_gone) AS there, count(*) FILTER (WHERE NOT h.maybe_gone AND c.sure = 1) AS covered
    FROM compliance_member AS m JOIN compliance_host AS h ON h.row = m.host_row LEFT JOIN host_cover AS c ON c.host_row = h.row
    WHERE :declared OR h.scanned IS NOT NULL
    GROUP BY m.group_id
), named AS (
    SELECT a.id, max(coalesce(p.active, 0)) AS sure
    FROM policy_state AS p JOIN policy_group AS l ON l.policy_row = p.row JOIN asset_group AS a ON a.id BETWEEN l.first_id AND l.last_id
    WHERE p.active IS NOT 0
    GROUP BY a.id
), everything AS (
    SELECT max(coalesce(active, 0)) AS sure FROM policy_state WHERE active IS NOT 0 AND everything
)
SELECT g.id, g.title, coalesce(h.hosts, 0) AS hosts, coalesce(h.bare, 0) AS bare, coalesce(h.unsure, 0) AS unsure, coalesce(h.agentless, 0) AS agentless, coalesce(h.there, 0) AS there, coalesce(h.covered, 0) AS covered,
    coalesce(max(n.sure, e.sure), n.sure, e.sure) AS named,
    g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g JOIN everything AS e LEFT JOIN held AS h ON h.group_id = g.id LEFT JOIN named AS n ON n.id = g.id
WHERE g.row IN (SELECT min(row) FROM asset_group GROUP BY id)
  AND CASE WHEN :declared THEN g.title IN (SELECT value FROM json_each(:titles)) ELSE h.hosts IS NOT NULL AND g.title NOT IN (SELECT title FROM ignored_group) END
ORDER BY g.id;
