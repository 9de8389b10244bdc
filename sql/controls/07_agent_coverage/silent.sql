-- One row an asset group, and one without id for agents in none: its agents, how many of them last
-- checked in longer ago than :silence, and of how many that is not known.
SELECT g.id, g.title, g.row >> 24 AS response, g."offset", g.length, count(*) AS agents,
    count(*) FILTER (WHERE a.checked_age > :silence) AS silent, count(*) - count(a.checked_age) AS unknown, max(a.checked_age) AS oldest
FROM agent_record AS a
LEFT JOIN group_member AS m ON m.host_id = a.host_id
LEFT JOIN asset_group AS g ON g.row = m.group_row
WHERE NOT a.gone
GROUP BY g.row
ORDER BY g.id, g.row;
