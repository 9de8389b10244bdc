-- QIDs that are disabled for the whole subscription, as the knowledge base says it or their detections do.
WITH said AS (
    SELECT qid, row, "offset", length, 0 AS detection FROM vuln WHERE is_disabled = 1
    UNION ALL
    SELECT qid, row, "offset", length, 1 FROM detection WHERE is_disabled = 1
)
SELECT t.qid AS id, (SELECT v.title FROM vuln AS v WHERE v.qid = t.qid ORDER BY v.row LIMIT 1) AS name, min(t.row) AS row, t."offset", t.length, NULL AS record,
    sum(t.detection) AS detections
FROM said AS t
GROUP BY t.qid
ORDER BY t.qid;
