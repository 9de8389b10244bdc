-- The addresses from which people may log in. The answer as a whole is the evidence, as for subscribed ones.
SELECT 'tenant' AS id, NULL AS name, t.row, 0 AS "offset", r.bytes AS length, NULL AS record, t.enabled, t.addresses
FROM (
    SELECT min(row) AS row, max(enabled) AS enabled, json_group_array(hex(first) || '-' || hex(last)) AS addresses FROM restricted_range HAVING count(*) > 0
) AS t JOIN response AS r ON r.seq = t.row >> 24
ORDER BY 1;
