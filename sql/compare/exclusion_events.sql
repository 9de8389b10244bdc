-- Who excluded what, and why.
SELECT t.id AS id, t.action || ' by ' || coalesce(t.user_login, 'somebody') || coalesce(': ' || t.comment, '') AS name, t.row, t."offset", t.length, t.id AS record,
    t.action
FROM exclusion_event AS t
WHERE t.id IS NOT NULL
ORDER BY id, t.row;
