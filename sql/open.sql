-- Sorts every detection once and keeps what is open, what may be (the bucket `unknown`, without rows that are surely
-- not), and what would be on a running kernel, for the statements of the controls that judge
-- detections. Without a first-found time a detection has no age at all. The first of them that is judged makes the
-- table; the limits that it rests on do not change during one assessment.
CREATE TEMP TABLE IF NOT EXISTS open_detection AS
SELECT s.row, s.host_id, s.qid, s.class, s.status, s.running_kernel, s.times_reopened, s.qds, s.test_age, s.found_age,
    CASE s.bucket
        WHEN 'unknown' THEN CASE WHEN s.running_kernel = 0 AND p.kernels_apart THEN 'maybe_non_running' ELSE 'maybe_open' END
        WHEN 'open' THEN 'open'
        ELSE 'non_running'
    END AS bucket,
    CASE WHEN s.found_age IS NOT NULL THEN coalesce(s.back_age, s.found_age) END AS return_age,
    CASE WHEN s.found_age IS NULL THEN NULL WHEN p.reopened_clock THEN coalesce(s.back_age, s.found_age) ELSE s.found_age END AS age
FROM detection_state AS s JOIN setting AS p
WHERE s.bucket IN ('open', 'non_running', 'unknown')
  AND coalesce(s.status <> 'Fixed' COLLATE NOCASE, 1) AND coalesce(s.type <> 'Info' COLLATE NOCASE, 1)
  AND (p.potential OR coalesce(s.type <> 'Potential' COLLATE NOCASE, 1))
  AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
ORDER BY s.row;
CREATE INDEX IF NOT EXISTS temp.open_detection_by_qid ON open_detection (qid);
