-- Sorts every detection once and keeps what is open, or would be on a running kernel, for the
-- statements of the controls that judge detections. The rows of one QID lie together: most of those
-- statements ask by QID, and lookups all over a table that no cache holds cost a page each. Without
-- a first-found time a detection has no age at all. The first control that is judged makes the
-- table; the limits that it rests on do not change during one assessment.
CREATE TEMP TABLE open_detection (qid INTEGER NOT NULL, row INTEGER NOT NULL, host_id INTEGER NOT NULL, class TEXT, bucket TEXT NOT NULL, status TEXT, running_kernel INTEGER, times_reopened INTEGER, qds INTEGER, test_age INTEGER, found_age INTEGER, return_age INTEGER, age INTEGER, PRIMARY KEY (qid, row)) STRICT, WITHOUT ROWID;
INSERT INTO open_detection
SELECT s.qid, s.row, s.host_id, s.class, s.bucket, s.status, s.running_kernel, s.times_reopened, s.qds, s.test_age, s.found_age,
    CASE WHEN s.found_age IS NOT NULL THEN coalesce(s.back_age, s.found_age) END AS return_age,
    CASE WHEN s.found_age IS NULL THEN NULL WHEN p.reopened_clock THEN coalesce(s.back_age, s.found_age) ELSE s.found_age END AS age
FROM detection_state AS s JOIN setting AS p
WHERE s.bucket IN ('open', 'non_running')
ORDER BY s.qid, s.row;
