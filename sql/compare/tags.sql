SELECT t.id AS id, t.name AS name, t.row, t."offset", t.length, t.id AS record,
    t.name AS title, t.parent_id, t.rule_type, t.rule_text, t.source_group_id, t.criticality, t.evaluation
FROM tag AS t
ORDER BY id, t.row;
