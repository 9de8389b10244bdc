-- What is open, how much of it carries a QDS, how much of both bands has an age, and what the
-- answers show at all.
SELECT o.open, o.scored, o.top, o.lower, s.qds_seen, s.ignored_seen, s.unclear
FROM (
    SELECT count(*) AS open, count(qds) AS scored,
        count(*) FILTER (WHERE qds >= :top AND age IS NOT NULL) AS top,
        count(*) FILTER (WHERE qds < :high AND age IS NOT NULL) AS lower
    FROM open_detection
    WHERE bucket = 'open'
) AS o
JOIN (
    SELECT count(qds) > 0 AS qds_seen, count(*) FILTER (WHERE is_ignored = 1) > 0 AS ignored_seen, count(*) FILTER (WHERE bucket = 'unknown') AS unclear
    FROM detection_state
) AS s
ORDER BY 1;
