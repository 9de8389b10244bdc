-- Which judged hosts lie in which scope of `scope_block`, and whether they carry its tag: NULL where
-- their tags are in no answer, or one of them is in no list of tags.
CREATE TEMP TABLE scoped AS
WITH placed AS (
    SELECT DISTINCT b.segment, b.tag, h.row FROM scope_block AS b
    CROSS JOIN host AS h ON +h.network_id = b.network_id
        AND (h.ip BETWEEN b.first AND b.last AND length(h.ip) = length(b.first) OR h.ipv6 BETWEEN b.first AND b.last AND length(h.ipv6) = length(b.first))
)
SELECT p.segment, p.tag, h.row, h.id, h."offset", h.length, CASE
    WHEN EXISTS (SELECT 1 FROM carried AS c JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = h.row AND t.name = p.tag) THEN 1
    WHEN NOT h.known OR EXISTS (SELECT 1 FROM carried AS c LEFT JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = h.row AND t.id IS NULL) THEN NULL
    ELSE 0 END AS tagged
FROM placed AS p JOIN scope_host AS h ON h.row = p.row
ORDER BY p.segment, p.tag, h.row;
