-- One row a scope: its hosts, those without its tag, and those of which that is not known.
SELECT s.segment, s.tag, count(*) AS hosts, count(*) FILTER (WHERE s.tagged = 0) AS lacking, count(*) FILTER (WHERE s.tagged IS NULL) AS unsure
FROM scoped AS s
GROUP BY s.segment, s.tag
ORDER BY s.segment, s.tag;
