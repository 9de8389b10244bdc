SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.active, t.interval_days, t.template, t.format
FROM report_schedule AS t
ORDER BY id, t.row;
