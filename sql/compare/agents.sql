-- silent: longer than the profile allows (control 7), at the clock of its own side.
-- Prepared with an index, so that agents come in order without a sort.
SELECT t.agent_id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.agent_status AS status,
    CASE WHEN t.agent_checked_in IS NULL THEN NULL WHEN (SELECT as_of - t.agent_checked_in > agent_silence FROM setting) THEN 'yes' ELSE 'no' END AS silent,
    t.agent_version AS version, t.agent_platform AS platform, t.agent_modules AS modules
FROM host_asset AS t
WHERE t.agent_id IS NOT NULL
ORDER BY t.agent_id, t.row;
