-- One row a platform and version: how many agents run it, and the bytes of the first of them.
SELECT v.platform, v.version, v.agents, a.row >> 24 AS response, a."offset", a.length
FROM (
    SELECT min(platform) AS platform, version, count(*) AS agents, min(row) AS first
    FROM agent_record
    WHERE NOT gone
    GROUP BY platform COLLATE NOCASE, version
) AS v
JOIN agent_record AS a ON a.row = v.first
ORDER BY v.platform, v.version;
