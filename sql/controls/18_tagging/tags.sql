-- One row a tag: what it is, how many of the judged hosts carry it, and what uses it at all.
WITH on_asset AS MATERIALIZED (
    SELECT tag_id, CASE WHEN tag_id IS NULL THEN name END AS name FROM host_tag
    UNION SELECT tag_id, CASE WHEN tag_id IS NULL THEN name END FROM host_asset_tag
    UNION SELECT tag_id, NULL FROM gav_asset_tag
)
SELECT t.id, t.name, t.parent_id, t.rule_type, trim(coalesce(t.rule_text, '')) = '' AS no_rule, t.evaluation, t.criticality, t.system, t.dynamic,
    (SELECT count(*) FROM carried AS c WHERE c.tag_id = t.id) AS hosts,
    t.id IN (SELECT tag_id FROM on_asset WHERE tag_id IS NOT NULL) OR t.name IN (SELECT name FROM on_asset WHERE name IS NOT NULL) AS on_assets,
    t.id IN (SELECT tag_id FROM policy_tag UNION SELECT tag_id FROM web_app_tag UNION SELECT tag_id FROM was_schedule_tag UNION SELECT tag_id FROM portal_user_tag WHERE tag_id IS NOT NULL)
      OR t.name IN (SELECT name FROM schedule_tag UNION SELECT name FROM portal_user_tag WHERE tag_id IS NULL AND name IS NOT NULL) AS in_use,
    t.row >> 24 AS response, t."offset", t.length
FROM tag_state AS t
ORDER BY t.id;
