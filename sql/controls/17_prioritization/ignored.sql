-- One row a QID with ignored detections: those with a QDS from :top, those without one, and the
-- first :spans of the former, as bytes.
SELECT i.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = i.qid ORDER BY v.row LIMIT 1) AS title,
    count(*) FILTER (WHERE i.qds >= :top) AS top, count(DISTINCT i.host_id) FILTER (WHERE i.qds >= :top) AS hosts,
    max(i.qds) AS qds, count(*) - count(i.qds) AS unscored,
    json_group_array(json_array(i.row >> 24, i."offset", i.length) ORDER BY i.place) FILTER (WHERE i.qds >= :top AND i.place <= :spans) AS spans
FROM (
    SELECT s.qid, s.host_id, s.qds, d.row, d."offset", d.length,
        row_number() OVER (PARTITION BY s.qid ORDER BY s.qds DESC, s.row) AS place
    FROM detection_state AS s JOIN detection AS d ON d.row = s.row
    WHERE s.bucket = 'ignored'
) AS i
GROUP BY i.qid
ORDER BY i.qid;
