-- Short-lived hosts, those without the tag :name, and those of which that is not known.
SELECT count(*) AS hosts, count(*) FILTER (WHERE h.known AND NOT h.tagged) AS untagged, count(*) FILTER (WHERE NOT h.known AND NOT h.tagged) AS unsure
FROM (
    SELECT s.known, EXISTS (SELECT 1 FROM carried AS c JOIN tag_state AS t ON t.id = c.tag_id WHERE c.host_row = s.row AND t.name = :name) AS tagged
    FROM scope_host AS s
    WHERE s.ephemeral
) AS h
ORDER BY 1;
