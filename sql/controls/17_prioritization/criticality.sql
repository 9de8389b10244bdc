-- One row a criticality score (NULL: not given): how many hosts that are not gone have it.
SELECT coalesce(h.criticality, a.criticality) AS criticality, count(*) AS hosts
FROM host_state AS s JOIN host AS h ON h.row = s.row LEFT JOIN host_asset AS a ON a.row = s.asset_row
WHERE NOT s.gone
GROUP BY 1
ORDER BY 1;
