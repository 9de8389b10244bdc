-- One row a severity: the QIDs that option profiles with an exclusion leave out, in use or not.
SELECT coalesce((SELECT v.severity FROM vuln AS v WHERE v.qid = q.qid AND v.severity IS NOT NULL ORDER BY v.row LIMIT 1), 0) AS severity, count(*) AS qids
FROM (
    SELECT DISTINCT i.qid FROM option_profile_list AS l
    JOIN search_list AS s ON s.id = coalesce(l.list_id, (SELECT min(o.id) FROM search_list AS o WHERE trim(o.title) = trim(l.title)))
    JOIN search_list_qid AS i ON i.list_row = s.row
    WHERE l.use = 'exclude'
) AS q
GROUP BY 1
ORDER BY 1;
