SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.active, t.interval_days, t.option_profile
FROM compliance_schedule AS t
ORDER BY id, t.row;
