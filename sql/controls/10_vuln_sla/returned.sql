-- One row a QID with re-opened detections: how many came back at least :times times, how often at
-- most, of how many that is not known, and the bytes of the one that came back most often.
SELECT r.qid, (SELECT title FROM vuln AS v WHERE v.qid = r.qid ORDER BY v.row LIMIT 1) AS title,
    r.reopened, r.unknown, r.detections, r.hosts, r.most,
    d.row >> 24 AS response, d."offset", d.length
FROM (
    SELECT o.qid, count(*) AS reopened, count(*) - count(o.times_reopened) AS unknown,
        count(*) FILTER (WHERE o.times_reopened >= :times) AS detections,
        count(DISTINCT o.host_id) FILTER (WHERE o.times_reopened >= :times) AS hosts,
        max(o.times_reopened) AS most
    FROM open_detection AS o
    WHERE o.bucket = 'open' AND o.status = 'Re-Opened' COLLATE NOCASE
    GROUP BY o.qid
) AS r
LEFT JOIN detection AS d ON d.row = (
    SELECT o.row FROM open_detection AS o
    WHERE o.qid = r.qid AND o.bucket = 'open' AND o.status = 'Re-Opened' COLLATE NOCASE
    ORDER BY o.times_reopened DESC, o.row LIMIT 1)
ORDER BY r.qid;
