-- One row an asset group: its hosts that take an agent, with a live one, and where that is not known.
SELECT g.id, g.row AS group_row, g.title, g.row >> 24 AS response, g."offset", g.length,
    count(*) AS hosts, count(*) FILTER (WHERE h.agent = 1) AS live, count(*) FILTER (WHERE h.agent IS NULL) AS unsure
FROM agent_host AS h JOIN group_member AS m ON m.host_id = h.id JOIN asset_group AS g ON g.row = m.group_row
WHERE NOT h.gone AND h.os_family IN (SELECT value FROM json_each(:families))
  AND NOT coalesce(h.cloud_provider IS NOT NULL AND h.lived < :ephemeral AND h.known >= :ephemeral, 0)
GROUP BY g.row
ORDER BY g.id, g.row;
