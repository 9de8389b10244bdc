-- What is open, or may be (unclear), how much of it carries a QDS, how much of both bands has an age, and what the
-- answers show at all.
SELECT o.open, o.scored, o.top, o.lower, s.qds_seen, s.ignored_seen, o.unclear
FROM (
    SELECT count(*) FILTER (WHERE bucket = 'open') AS open, count(qds) FILTER (WHERE bucket = 'open') AS scored,
        count(age) FILTER (WHERE bucket = 'open' AND qds >= :top) AS top,
        count(age) FILTER (WHERE bucket = 'open' AND qds < :high) AS lower,
        count(*) FILTER (WHERE bucket = 'maybe_open') AS unclear
    FROM open_detection
) AS o
JOIN (
    SELECT count(qds) > 0 AS qds_seen, count(*) FILTER (WHERE is_ignored = 1) > 0 AS ignored_seen
    FROM detection
) AS s
ORDER BY 1;
