-- Which hosts carry a user-defined tag (user 1), tags of Qualys alone (0), or tags that the list of
-- tags does not have (NULL); by the host list and by the portal.
CREATE TEMP TABLE mark AS
WITH carried AS (
    SELECT t.host_row, t.tag_id, t.name FROM host_tag AS t
    UNION
    SELECT p.host_row, t.tag_id, t.name FROM host_asset_tag AS t JOIN host_portal AS p ON p.asset_row = t.asset_row
), sorted AS (
    SELECT c.host_row, NOT coalesce(
        (SELECT s.system FROM tag_state AS s WHERE s.id = c.tag_id),
        (SELECT s.system FROM tag_state AS s WHERE s.name = c.name AND c.tag_id IS NULL ORDER BY s.id LIMIT 1)) AS user
    FROM carried AS c
)
SELECT s.host_row, CASE WHEN max(s.user) = 1 THEN 1 WHEN count(*) = count(s.user) THEN 0 END AS user FROM sorted AS s GROUP BY s.host_row ORDER BY 1;
