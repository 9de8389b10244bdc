-- One row a QID with ignored detections that would be open: how many are severe, how many of those score :top or
-- more, and the first :spans of the severe ones, as bytes. unsure: severe or unrated ones whose type is
-- not known, or of hosts that are in no list or of which it is not known whether they are still there.
-- The limit of hidden keeps SQLite from sorting each detection into its bucket twice.
WITH hidden AS (
    SELECT s.row, s.host_id, s.qid, s.qds, s.type, s.severity, s.status, s.bucket, s."offset", s.length FROM detection_state AS s WHERE +s.is_ignored = 1 LIMIT -1
)
SELECT i.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = i.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) FILTER (WHERE i.severity >= :severe AND i.sure) AS severe, count(*) FILTER (WHERE i.severity IS NULL AND i.sure) AS unrated,
    count(*) FILTER (WHERE coalesce(i.severity >= :severe, 1) AND NOT i.sure) AS unsure,
    count(*) FILTER (WHERE i.severity >= :severe AND i.sure AND i.qds >= :top) AS top, count(DISTINCT i.host_id) FILTER (WHERE i.severity >= :severe AND i.sure) AS hosts,
    EXISTS (SELECT 1 FROM vuln_cve AS c JOIN kev AS k ON k.cve = c.cve WHERE c.qid = i.qid)
      OR EXISTS (SELECT 1 FROM vuln_threat AS t WHERE t.qid = i.qid AND lower(t.indicator) LIKE '%known_exploited%') AS exploited,
    json_group_array(json_array(i.row >> 24, i."offset", i.length) ORDER BY i.place) FILTER (WHERE i.severity >= :severe AND i.sure AND i.place <= :spans) AS spans
FROM (
    SELECT s.qid, s.host_id, s.qds, s.bucket = 'ignored' AS sure, s.severity, s.row, s."offset", s.length,
        row_number() OVER (PARTITION BY s.qid ORDER BY s.bucket = 'ignored' DESC, s.severity >= :severe DESC, s.qds DESC, s.row) AS place
    FROM hidden AS s
    WHERE s.bucket = 'ignored'
       OR s.bucket = 'unknown' AND coalesce(s.status <> 'Fixed' COLLATE NOCASE, 1) AND coalesce(s.type <> 'Info' COLLATE NOCASE, 1)
          AND (coalesce(s.type <> 'Potential' COLLATE NOCASE, 1) OR (SELECT potential FROM setting))
) AS i
GROUP BY i.qid
ORDER BY i.qid;
