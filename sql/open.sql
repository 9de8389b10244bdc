-- Sorts every detection once and keeps what is open, what may be (the bucket `unknown`, without rows
-- that are surely not), and what would be on a running kernel, for the statements of the controls
-- that judge detections. The rows of one QID lie together: most of those statements ask by QID, and
-- lookups all over a table that no cache holds cost a page each. Without a first-found time a
-- detection has no age at all. The first control that is judged makes the table; the limits that it
-- rests on do not change during one assessment.
CREATE TEMP TABLE IF NOT EXISTS open_detection (qid INTEGER NOT NULL, row INTEGER NOT NULL, host_id INTEGER NOT NULL, class TEXT, bucket TEXT NOT NULL, status TEXT, running_kernel INTEGER, times_reopened INTEGER, qds INTEGER, test_age INTEGER, found_age INTEGER, return_age INTEGER, age INTEGER, PRIMARY KEY (qid, row)) STRICT, WITHOUT ROWID;
INSERT INTO open_detection
SELECT s.qid, s.row, s.host_id, s.class,
    CASE s.bucket
        WHEN 'unknown' THEN CASE WHEN s.running_kernel = 0 AND p.kernels_apart THEN 'maybe_non_running' ELSE 'maybe_open' END
        WHEN 'open' THEN 'open'
        ELSE 'non_running'
    END AS bucket,
    s.status, s.running_kernel, s.times_reopened, s.qds, s.test_age, s.found_age,
    CASE WHEN s.found_age IS NOT NULL THEN coalesce(s.back_age, s.found_age) END AS return_age,
    CASE WHEN s.found_age IS NULL THEN NULL WHEN p.reopened_clock THEN coalesce(s.back_age, s.found_age) ELSE s.found_age END AS age
FROM detection_state AS s JOIN setting AS p
WHERE s.bucket IN ('open', 'non_running', 'unknown')
  AND coalesce(s.status <> 'Fixed' COLLATE NOCASE, 1) AND coalesce(s.type <> 'Info' COLLATE NOCASE, 1)
  AND (p.potential OR coalesce(s.type <> 'Potential' COLLATE NOCASE, 1))
  AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
ORDER BY s.qid, s.row;
