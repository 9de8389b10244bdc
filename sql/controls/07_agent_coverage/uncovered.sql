-- The first :spans hosts that take an agent and have no live one, as bytes.
SELECT h.id, h.row >> 24 AS response, h."offset", h.length
FROM agent_host AS h
WHERE NOT h.gone AND h.agent = 0 AND h.os_family IN (SELECT value FROM json_each(:families))
  AND NOT coalesce(h.cloud_provider IS NOT NULL AND h.lived < :ephemeral AND h.known >= :ephemeral, 0)
ORDER BY h.id, h.row
LIMIT :spans;
