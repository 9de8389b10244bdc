-- One row a class (NULL: not known) of the detections of which it is not known whether they are open: how many there are,
-- and how many could then be tested too long ago, without a date, or back at least :times times.
-- idle: those of kernels that do not run.
SELECT o.class, count(*) FILTER (WHERE o.bucket = 'maybe_open') AS open,
    count(*) FILTER (WHERE o.bucket = 'maybe_open' AND coalesce(o.test_age > :span, 1)) AS untested,
    count(*) FILTER (WHERE o.bucket = 'maybe_open' AND o.found_age IS NULL) AS undated,
    count(*) FILTER (WHERE o.bucket = 'maybe_open' AND coalesce(o.status COLLATE NOCASE NOT IN ('New', 'Active'), 1) AND coalesce(o.times_reopened >= :times, 1)) AS returned,
    count(*) FILTER (WHERE o.running_kernel = 0) AS idle
FROM open_detection AS o
WHERE o.bucket IN ('maybe_open', 'maybe_non_running')
GROUP BY o.class
ORDER BY o.class;
