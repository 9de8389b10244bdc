-- The :spans longest silent agents of each asset group (NULL: in none), as bytes.
SELECT p.group_id, p.agent_id, p.row >> 24 AS response, p."offset", p.length
FROM (
    SELECT g.id AS group_id, a.agent_id, a.row, a."offset", a.length, row_number() OVER (PARTITION BY g.row ORDER BY a.checked_age DESC, a.row) AS place
    FROM agent_record AS a
    LEFT JOIN group_member AS m ON m.host_id = a.host_id
    LEFT JOIN asset_group AS g ON g.row = m.group_row
    WHERE NOT a.gone AND a.checked_age > :silence
) AS p
WHERE p.place <= :spans
ORDER BY p.group_id, p.place;
