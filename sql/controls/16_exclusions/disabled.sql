-- One row a QID that is disabled for the whole subscription, as the knowledge base or a detection says it.
SELECT q.qid, v.title, coalesce(v.severity, q.severity) AS severity, q.detections, v.row >> 24 AS response, v."offset", v.length,
    d.row >> 24 AS detection_response, d."offset" AS detection_offset, d.length AS detection_length
FROM (
    SELECT qid, max(severity) AS severity, sum(detections) AS detections, min(first) AS first FROM (
        SELECT qid, NULL AS severity, 0 AS detections, NULL AS first FROM vuln WHERE is_disabled = 1
        UNION ALL
        SELECT qid, max(severity), count(*), min(row) FROM detection WHERE is_disabled = 1 GROUP BY qid)
    GROUP BY qid
) AS q
LEFT JOIN vuln AS v ON v.row = (SELECT min(o.row) FROM vuln AS o WHERE o.qid = q.qid)
LEFT JOIN detection AS d ON d.row = q.first
ORDER BY q.qid;
