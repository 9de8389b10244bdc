-- Sorts tags once, for controls 4 and 18. system: made by Qualys, a built-in root or anything below
-- the trees of business units and asset groups (rest.md: tags come flat).
DROP TABLE IF EXISTS temp.tag_state;
CREATE TEMP TABLE tag_state AS
WITH RECURSIVE automatic (id) AS (
    SELECT id FROM tag WHERE parent_id IS NULL AND name COLLATE NOCASE IN ('Business Units', 'Asset Groups')
    UNION
    SELECT t.id FROM automatic AS a JOIN tag AS t ON t.parent_id = a.id
)
SELECT t.row, t.id, t.name, t.parent_id, t.rule_type, t.rule_text, t.evaluation, t.criticality, t."offset", t.length,
    t.id IN (SELECT id FROM automatic) OR t.source_group_id IS NOT NULL
      OR (t.parent_id IS NULL AND t.name COLLATE NOCASE IN ('Cloud Agent', 'Internet Facing Assets', 'Asset Search Tags', 'Malware Domain Assets', 'Web Application Assets')) AS system,
    t.rule_type IS NOT NULL AND t.rule_type <> 'STATIC' COLLATE NOCASE AS dynamic
FROM tag AS t
WHERE t.row = (SELECT min(o.row) FROM tag AS o WHERE o.id = t.id)
ORDER BY t.row;
CREATE UNIQUE INDEX temp.tag_state_by_id ON tag_state (id);
CREATE INDEX temp.tag_state_by_name ON tag_state (name);
