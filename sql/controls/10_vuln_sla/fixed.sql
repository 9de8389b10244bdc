-- One row a class and whole day: the confirmed detections that were fixed in the last :period, by
-- how long that took, and how many of them took longer than the span of their class. Time to fix
-- is NULL where a date is missing; without the day of the fix it may be one of the period.
SELECT f.class, f.took / :day AS days, count(*) AS detections, count(*) FILTER (WHERE f.took > l.span) AS late
FROM (
    SELECT s.class, CASE WHEN s.first_found IS NOT NULL THEN max(0, s.last_fixed - CASE
            WHEN (SELECT reopened_clock FROM setting) AND s.last_reopened BETWEEN s.first_found AND s.last_fixed THEN s.last_reopened
            ELSE s.first_found END) END AS took
    FROM detection_state AS s JOIN setting AS p
    WHERE s.bucket = 'fixed' AND (s.type = 'Confirmed' COLLATE NOCASE OR (p.potential AND s.type = 'Potential' COLLATE NOCASE))
      AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
      AND NOT (p.kernels_apart AND coalesce(s.running_kernel, 1) = 0)
      AND coalesce(p.as_of - s.last_fixed <= :period, 1)
      AND coalesce(s.last_fixed, p.as_of) <= max(p.as_of, (SELECT received FROM response WHERE seq = s.row >> 24) + p.skew)
) AS f
LEFT JOIN sla AS l ON l.class = f.class
GROUP BY f.class, f.took / :day
ORDER BY f.class, days;
