-- One row an agent that a check may fire on or cannot tell: what the portal says of it. lags: its host was last
-- assessed longer ago than :lag, NULL not to be told.
SELECT a.agent_id, a.name, a.host_id, a.active, a.vm, a.licensed, a.gone, a.checked_age, a.scan_age, a.scan_age > :lag AS lags, a.row >> 24 AS response, a."offset", a.length
FROM agent_record AS a
WHERE a.gone OR coalesce(a.active, 0) = 0 OR coalesce(a.vm, 0) = 0 OR lags IS NOT 0
ORDER BY a.agent_id, a.row;
