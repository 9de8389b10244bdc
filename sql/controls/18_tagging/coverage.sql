-- How many hosts there are, with a user-defined tag, with none, and of how many that is not known:
-- their tags are in no answer, or one of them is in no list of tags.
SELECT count(*) AS hosts, count(*) FILTER (WHERE s.tagged = 0) AS untagged, count(*) FILTER (WHERE s.tagged IS NULL) AS unsure,
    count(*) FILTER (WHERE NOT s.known) AS blind
FROM (
    SELECT h.known, CASE
        WHEN EXISTS (SELECT 1 FROM carried AS c JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = h.row AND NOT t.system) THEN 1
        WHEN NOT h.known OR EXISTS (SELECT 1 FROM carried AS c LEFT JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = h.row AND t.id IS NULL) THEN NULL
        ELSE 0 END AS tagged
    FROM scope_host AS h
) AS s
ORDER BY 1;
