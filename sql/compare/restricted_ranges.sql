SELECT '0/' || hex(t.first) || '-' || hex(t.last) AS id, NULL AS name, t.row, t."offset", t.length, NULL AS record, t.enabled
FROM restricted_range AS t
ORDER BY id, t.row;
