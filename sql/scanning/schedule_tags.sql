-- One row a tag of a schedule, with the ranges that the tag's own rule names, where it has such a rule.
SELECT t.schedule_row, t.name, t.excluded,
    (SELECT g.rule_text FROM tag AS g WHERE g.name = t.name AND g.rule_type = 'NETWORK_RANGE' COLLATE NOCASE ORDER BY g.row LIMIT 1) AS ranges
FROM schedule_tag AS t
ORDER BY t.schedule_row, t.excluded, t.name;
