-- The :spans confirmed detections fixed in the last :period that took longest, as bytes. The plus
-- keeps SQLite from indexing all detections by their type for this one pass.
SELECT s.row >> 24 AS response, s."offset", s.length
FROM detection_state AS s JOIN setting AS p JOIN sla AS l ON l.class = s.class
WHERE s.bucket = 'fixed' AND +s.type = 'Confirmed' COLLATE NOCASE
  AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
  AND p.as_of - s.last_fixed BETWEEN 0 AND :period AND s.last_fixed - s.first_found > l.span
ORDER BY s.last_fixed - s.first_found DESC, s.row
LIMIT :spans;
