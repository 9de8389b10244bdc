-- Open QIDs with CVEs, those of them with a CVSS base score, and open QIDs of no knowledge base.
SELECT count(*) FILTER (WHERE k.known AND k.cves) AS bearing, count(*) FILTER (WHERE k.known AND k.cves AND k.score IS NOT NULL) AS scored,
    count(*) FILTER (WHERE NOT k.known) AS unresolved
FROM (
    SELECT v.row IS NOT NULL AS known, EXISTS (SELECT 1 FROM vuln_cve AS c WHERE c.qid = q.qid) AS cves, coalesce(v.cvss3, v.cvss2) AS score
    FROM (SELECT DISTINCT o.qid FROM open_detection AS o WHERE o.bucket = 'open') AS q
    LEFT JOIN vuln AS v ON v.row = (SELECT min(f.row) FROM vuln AS f WHERE f.qid = q.qid)
) AS k
ORDER BY 1;
