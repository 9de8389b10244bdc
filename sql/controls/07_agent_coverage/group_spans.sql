-- The first :spans hosts of each asset group that take an agent and have no live one, as bytes.
SELECT p.group_row, p.id, p.row >> 24 AS response, p."offset", p.length
FROM (
    SELECT m.group_row, h.id, h.row, h."offset", h.length, row_number() OVER (PARTITION BY m.group_row ORDER BY h.id, h.row) AS place
    FROM agent_host AS h JOIN group_member AS m ON m.host_id = h.id
    WHERE NOT h.gone AND h.agent = 0 AND h.os_family IN (SELECT value FROM json_each(:families))
      AND NOT coalesce(h.cloud_provider IS NOT NULL AND h.lived < :ephemeral AND h.known >= :ephemeral, 0)
) AS p
WHERE p.place <= :spans
ORDER BY p.group_row, p.place;
