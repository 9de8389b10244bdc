SELECT t.source || '/' || lower(t.provider) || '/' || t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.state, t.disabled, t.account, t.arn, t.polling_minutes, t.total_assets
FROM connector AS t
ORDER BY id, t.row;
