SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.type, t.template_type, t.user_login, t.is_global
FROM report_template AS t
ORDER BY id, t.row;
