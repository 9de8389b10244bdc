-- One row an asset group that is scanned for compliance, or that the JSON list :titles names where :declared.
-- named: 1 an active policy names it, 0 one of which that is not known, NULL none. hosts: those that count, bare: those
-- under no policy, unsure: those under one that may be active, agentless: bare ones that surely have no agent.
WITH held AS (
    SELECT m.group_id, count(*) AS hosts, count(*) FILTER (WHERE c.sure IS NULL) AS bare, count(*) FILTER (WHERE c.sure = 0) AS unsure,
        count(*) FILTER (WHERE c.sure IS NULL AND h.agentless) AS agentless
    FROM compliance_member AS m JOIN compliance_host AS h ON h.row = m.host_row LEFT JOIN host_cover AS c ON c.host_row = h.row
    WHERE :declared OR h.scanned IS NOT NULL
    GROUP BY m.group_id
)
SELECT g.id, g.title, coalesce(h.hosts, 0) AS hosts, coalesce(h.bare, 0) AS bare, coalesce(h.unsure, 0) AS unsure, coalesce(h.agentless, 0) AS agentless,
    (SELECT max(coalesce(p.active, 0)) FROM policy_state AS p
      WHERE p.active IS NOT 0 AND (p.everything OR EXISTS (SELECT 1 FROM policy_group AS l WHERE l.policy_row = p.row AND g.id BETWEEN l.first_id AND l.last_id))) AS named,
    g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g LEFT JOIN held AS h ON h.group_id = g.id
WHERE g.row = (SELECT min(o.row) FROM asset_group AS o WHERE o.id = g.id)
  AND CASE WHEN :declared THEN g.title IN (SELECT value FROM json_each(:titles)) ELSE h.hosts > 0 AND g.title NOT IN (SELECT title FROM ignored_group) END
ORDER BY g.id;
