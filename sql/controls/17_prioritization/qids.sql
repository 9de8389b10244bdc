-- One row a QID with open detections: those with a QDS from :top that are older than :span, and
-- those of which that cannot be told.
SELECT q.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = q.qid ORDER BY v.row LIMIT 1) AS title, q.late, q.hosts, q.qds, q.oldest, q.undated, q.unscored
FROM (
    SELECT o.qid, count(*) FILTER (WHERE o.qds >= :top AND o.age > :span) AS late,
        count(DISTINCT o.host_id) FILTER (WHERE o.qds >= :top AND o.age > :span) AS hosts,
        max(o.qds) FILTER (WHERE o.qds >= :top AND o.age > :span) AS qds, max(o.age) FILTER (WHERE o.qds >= :top) AS oldest,
        count(*) FILTER (WHERE o.qds >= :top AND o.age IS NULL) AS undated,
        count(*) FILTER (WHERE o.qds IS NULL AND (o.age IS NULL OR o.age > :span)) AS unscored
    FROM open_detection AS o
    WHERE o.bucket = 'open'
    GROUP BY o.qid
) AS q
ORDER BY q.qid;
