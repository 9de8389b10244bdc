-- One row a QID with ignored detections that would be open: how many are severe, how many of those score :top or
-- more, and the first :spans of the severe ones, as bytes.
SELECT i.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = i.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) FILTER (WHERE i.severity >= :severe) AS severe, count(*) FILTER (WHERE i.severity IS NULL) AS unrated,
    count(*) FILTER (WHERE i.severity >= :severe AND i.qds >= :top) AS top, count(DISTINCT i.host_id) FILTER (WHERE i.severity >= :severe) AS hosts,
    EXISTS (SELECT 1 FROM vuln_cve AS c JOIN kev AS k ON k.cve = c.cve WHERE c.qid = i.qid)
      OR EXISTS (SELECT 1 FROM vuln_threat AS t WHERE t.qid = i.qid AND lower(t.indicator) LIKE '%known_exploited%') AS exploited,
    json_group_array(json_array(i.row >> 24, i."offset", i.length) ORDER BY i.place) FILTER (WHERE i.severity >= :severe AND i.place <= :spans) AS spans
FROM (
    SELECT s.qid, s.host_id, s.qds, d.severity, d.row, d."offset", d.length,
        row_number() OVER (PARTITION BY s.qid ORDER BY d.severity >= :severe DESC, s.qds DESC, s.row) AS place
    FROM detection_state AS s JOIN detection AS d ON d.row = s.row
    WHERE s.bucket = 'ignored'
) AS i
GROUP BY i.qid
ORDER BY i.qid;
