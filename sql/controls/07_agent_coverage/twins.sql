-- One row a machine by name and cloud instance: how many agents call themselves it, and where.
SELECT min(a.name) AS name, min(a.instance_id) AS instance_id, count(*) AS agents, min(a.host_id) AS host_id,
    json_group_array(json_array(a.agent_id, a.row >> 24, a."offset", a.length) ORDER BY a.row) AS members
FROM agent_record AS a
WHERE NOT a.gone AND a.name IS NOT NULL AND a.instance_id IS NOT NULL
GROUP BY lower(a.name), lower(a.instance_id)
HAVING count(*) > 1
ORDER BY host_id, name, instance_id;
