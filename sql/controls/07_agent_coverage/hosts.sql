-- One row a kind of host: family, network and provider, whether it is gone, lived too short, takes
-- an agent (NULL: its family is not known), how many of them there are, with a live agent, and with
-- one of which that is not known.
SELECT h.os_family, h.network_id, h.cloud_provider, h.gone,
    coalesce(h.cloud_provider IS NOT NULL AND h.lived < :ephemeral AND h.known >= :ephemeral, 0) AS short_lived,
    h.os_family IN (SELECT value FROM json_each(:families)) AS eligible,
    count(*) AS hosts, count(*) FILTER (WHERE h.agent = 1) AS live, count(*) FILTER (WHERE h.agent IS NULL) AS unsure
FROM agent_host AS h
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6;
