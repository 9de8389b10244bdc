-- Which of these hosts carries which tag, by either answer; a tag that is given by name alone is
-- looked up, and stays NULL where the list of tags does not have it.
CREATE TEMP TABLE carried AS
SELECT h.row AS host_row, CAST(coalesce(t.tag_id, (SELECT s.id FROM tag_state AS s WHERE s.name = t.name ORDER BY s.id LIMIT 1)) AS INTEGER) AS tag_id
FROM scope_host AS h JOIN host_tag AS t ON t.host_row = h.row
UNION
SELECT h.row, CAST(coalesce(t.tag_id, (SELECT s.id FROM tag_state AS s WHERE s.name = t.name ORDER BY s.id LIMIT 1)) AS INTEGER)
FROM host_asset_tag AS t JOIN scope_host AS h ON h.asset_row = t.asset_row
ORDER BY 1, 2;
