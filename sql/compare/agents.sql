-- Prepared with an index, so that agents come in order without a sort.
SELECT t.agent_id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.agent_status AS status, t.agent_version AS version, t.agent_platform AS platform, t.agent_modules AS modules
FROM host_asset AS t
WHERE t.agent_id IS NOT NULL
ORDER BY t.agent_id, t.row;
