-- What is open, how much of it carries a QDS, how much of both bands has an age, and what the
-- answers show at all.
SELECT count(*) AS open, count(o.qds) AS scored,
    count(*) FILTER (WHERE o.qds >= :top AND o.age IS NOT NULL) AS top,
    count(*) FILTER (WHERE o.qds < :high AND o.age IS NOT NULL) AS lower,
    EXISTS (SELECT 1 FROM detection WHERE qds IS NOT NULL) AS qds_seen,
    EXISTS (SELECT 1 FROM detection WHERE is_ignored = 1) AS ignored_seen,
    (SELECT count(*) FROM detection_state WHERE bucket = 'unknown') AS unclear
FROM open_detection AS o
WHERE o.bucket = 'open'
ORDER BY 1;
