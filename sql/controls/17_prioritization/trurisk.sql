-- One row a TruRisk score: how many hosts that are not gone have it.
SELECT h.trurisk, count(*) AS hosts
FROM host_state AS s JOIN host AS h ON h.row = s.row
WHERE NOT s.gone AND h.trurisk IS NOT NULL
GROUP BY h.trurisk
ORDER BY h.trurisk;
