-- The first :spans hosts with the criticality score :score, as bytes.
SELECT h.id, h.row >> 24 AS response, h."offset", h.length
FROM host_state AS s JOIN host AS h ON h.row = s.row LEFT JOIN host_asset AS a ON a.row = s.asset_row
WHERE NOT s.gone AND coalesce(h.criticality, a.criticality) = :score
ORDER BY h.id, h.row
LIMIT :spans;
