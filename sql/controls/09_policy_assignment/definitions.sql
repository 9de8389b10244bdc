-- One row a control that the subscription wrote: what it hashes with, and what it forgives. criticality: the highest that
-- the library or an active policy gives it.
WITH given AS (
    SELECT u.control_id, max(u.criticality) AS criticality
    FROM policy_control AS u JOIN policy_state AS p ON p.row = u.policy_row
    WHERE p.active = 1 GROUP BY u.control_id
)
SELECT c.id, c.statement, c.hash_type, c.check_type LIKE '%file integrity%' AS integrity, c.ignore_error, c.ignore_not_found,
    coalesce(max(c.criticality, g.criticality), c.criticality, g.criticality) AS criticality,
    c.row >> 24 AS response, c."offset", c.length
FROM compliance_control AS c LEFT JOIN given AS g ON g.control_id = c.id
WHERE c.row IN (SELECT min(row) FROM compliance_control WHERE source = 'list' GROUP BY id)
  AND (c.check_type IS NOT NULL OR c.hash_type IS NOT NULL OR c.ignore_error IS NOT NULL OR c.ignore_not_found IS NOT NULL)
ORDER BY c.id;
