SELECT 'was/' || t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.type
FROM was_auth_record AS t
ORDER BY id, t.row;
