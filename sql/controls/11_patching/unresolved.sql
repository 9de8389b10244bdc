-- The first :spans open detections of QIDs that the knowledge base does not resolve, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT o.row FROM open_detection AS o
    WHERE o.bucket = 'open' AND (SELECT v.patchable FROM vuln AS v WHERE v.qid = o.qid ORDER BY v.row LIMIT 1) IS NULL
    ORDER BY o.row
    LIMIT :spans
) AS p
JOIN detection AS d ON d.row = p.row
ORDER BY p.row;
