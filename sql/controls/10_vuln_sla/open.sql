-- Sorts every detection once and keeps what is open, or would be on a running kernel, for the
-- statements beside this one. Without a first-found time a detection has no age at all.
DROP TABLE IF EXISTS temp.open_detection;
CREATE TEMP TABLE open_detection AS
SELECT s.row, s.host_id, s.qid, s.class, s.bucket, s.status, s.running_kernel, s.times_reopened, s.test_age, s.found_age,
    CASE WHEN s.found_age IS NOT NULL THEN coalesce(s.back_age, s.found_age) END AS return_age,
    CASE WHEN s.found_age IS NULL THEN NULL WHEN p.reopened_clock THEN coalesce(s.back_age, s.found_age) ELSE s.found_age END AS age
FROM detection_state AS s JOIN setting AS p
WHERE s.bucket IN ('open', 'non_running')
ORDER BY s.row;
CREATE INDEX temp.open_detection_by_qid ON open_detection (qid);
