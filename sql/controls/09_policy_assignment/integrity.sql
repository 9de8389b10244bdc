-- One row a technology of a control of file integrity, as the library or the copy of a policy has it. used: 1 an active
-- policy has the control there, 0 one of which that is not known, NULL none; of a copy, only its own policy counts.
WITH made AS (
    SELECT id, min(created) AS created FROM compliance_control GROUP BY id
)
SELECT c.id, t.technology_id, t.name, c.source, c.policy_id, t.default_value, t.use_scan_value,
    (SELECT max(u.sure) FROM integrity_use AS u WHERE u.control_id = c.id AND (c.policy_id IS NULL OR u.policy_id = c.policy_id) AND (u.technology_id = t.technology_id OR u.technology_id IS NULL)) AS used,
    m.created,
    c.row >> 24 AS response, c."offset", c.length
FROM compliance_control AS c JOIN control_technology AS t ON t.control_row = c.row JOIN made AS m ON m.id = c.id
WHERE c.id IN (SELECT id FROM integrity_control)
ORDER BY c.id, t.technology_id, c.source DESC, c.row, t.rowid;
