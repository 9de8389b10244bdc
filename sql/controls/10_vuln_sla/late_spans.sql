-- The :spans confirmed detections fixed in the last :period that took longest, as bytes.
SELECT d.row >> 24 AS response, d."offset", d.length
FROM detection_state AS s JOIN setting AS p JOIN sla AS l ON l.class = s.class JOIN detection AS d ON d.row = s.row
WHERE s.bucket = 'fixed' AND s.type = 'Confirmed' COLLATE NOCASE
  AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
  AND p.as_of - s.last_fixed BETWEEN 0 AND :period AND s.last_fixed - s.first_found > l.span
ORDER BY s.last_fixed - s.first_found DESC, s.row
LIMIT :spans;
