-- How many agents there are: present, of gone hosts, on no host of the host list; and what may be
-- asked of the present ones.
SELECT count(*) FILTER (WHERE NOT gone) AS agents, count(*) FILTER (WHERE gone) AS gone,
    count(*) FILTER (WHERE NOT gone AND host_id IS NULL) AS elsewhere,
    count(*) FILTER (WHERE NOT gone AND coalesce(active, 1) AND coalesce(vm, 1) AND coalesce(checked_age, 0) <= :silence) AS talking,
    count(DISTINCT CASE WHEN NOT gone THEN lower(name) || char(10) || lower(instance_id) END) AS machines,
    (SELECT count(*) FROM host_asset AS a WHERE a.agent_id IS NULL AND a.row NOT IN (SELECT asset_row FROM agent_host WHERE asset_row IS NOT NULL)) AS assets_elsewhere
FROM agent_record
ORDER BY 1;
