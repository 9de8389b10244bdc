-- One row a QID with open detections: how many of each class, how old, and what the knowledge base
-- says of its patch.
SELECT q.qid, q.open, q.hosts, q.critical, q.high, q.medium, q.unclassified, q.oldest, q.oldest_urgent, q.undated_urgent, q.urgent_hosts, q.medium_hosts, q.oldest_medium,
    v.row IS NOT NULL AS known, v.title, v.category, v.patchable, coalesce(v.patch_published, v.published) AS patched,
    v.patch_published IS NULL AS approximate, (SELECT received FROM response WHERE seq = v.row >> 24) AS received,
    v.row >> 24 AS response, v."offset", v.length
FROM (
    SELECT o.qid, count(*) AS open, count(DISTINCT o.host_id) AS hosts,
        count(*) FILTER (WHERE o.class = 'critical') AS critical, count(*) FILTER (WHERE o.class = 'high') AS high,
        count(*) FILTER (WHERE o.class = 'medium') AS medium, count(*) - count(o.class) AS unclassified, max(o.age) AS oldest,
        max(o.age) FILTER (WHERE o.class IN ('critical', 'high')) AS oldest_urgent,
        count(*) FILTER (WHERE o.class IN ('critical', 'high') AND o.age IS NULL) AS undated_urgent,
        count(DISTINCT o.host_id) FILTER (WHERE o.class IN ('critical', 'high')) AS urgent_hosts,
        count(DISTINCT o.host_id) FILTER (WHERE o.class = 'medium') AS medium_hosts,
        max(o.age) FILTER (WHERE o.class = 'medium') AS oldest_medium
    FROM open_detection AS o
    WHERE o.bucket = 'open'
    GROUP BY o.qid
) AS q
LEFT JOIN vuln AS v ON v.row = (SELECT min(f.row) FROM vuln AS f WHERE f.qid = q.qid)
ORDER BY q.qid;
