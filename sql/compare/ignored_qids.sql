-- QIDs of which somebody ignores detections, with the first of those.
SELECT t.qid AS id, (SELECT v.title FROM vuln AS v WHERE v.qid = t.qid ORDER BY v.row LIMIT 1) AS name, min(t.row) AS row, t."offset", t.length, NULL AS record,
    count(*) AS detections
FROM detection AS t
WHERE t.is_ignored = 1
GROUP BY t.qid
ORDER BY t.qid;
