-- One row a QID with open detections: those with a QDS from :top that are older than :span (late), and those of which that
-- cannot be told.
SELECT q.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = q.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) FILTER (WHERE q.late) AS late, count(DISTINCT q.host_id) FILTER (WHERE q.late) AS hosts,
    max(q.qds) FILTER (WHERE q.late) AS qds, max(q.age) FILTER (WHERE q.late) AS oldest,
    count(*) FILTER (WHERE q.qds >= :top AND q.age IS NULL) AS undated,
    count(*) FILTER (WHERE q.qds IS NULL AND coalesce(q.age > :span, 1)) AS unscored
FROM (
    SELECT o.qid, o.host_id, o.qds, o.age, o.qds >= :top AND o.age > :span AS late FROM open_detection AS o WHERE o.bucket = 'open'
) AS q
GROUP BY q.qid
ORDER BY q.qid;
