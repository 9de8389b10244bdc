SELECT t.id AS id, coalesce(t.dns, t.netbios, t.name) AS name, t.row, t."offset", t.length, t.id AS record,
    t.criticality
FROM host AS t
ORDER BY id, t.row;
