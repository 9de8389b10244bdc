-- One row an exception.
SELECT e.number, e.status, e.active, e.expires, e.policy_id, e.control_id, e.row >> 24 AS response, e."offset", e.length
FROM exception AS e
WHERE e.row IN (SELECT min(row) FROM exception GROUP BY number)
ORDER BY e.number;
