-- Confirmed detections that were fixed in the last :period, and those that may have been. took: seconds to the fix by the
-- profile's clock; NULL where a date is missing, or where nothing says that it is a fix of the period.
CREATE TEMP TABLE fix AS
SELECT f.row, f.class, CASE WHEN f.sure THEN max(0, f.fixed - f.start) END AS took
FROM (
    SELECT s.row, s.class, p.as_of,
        s.bucket = 'fixed' AND s.type COLLATE NOCASE IN ('Confirmed', 'Potential') AS sure,
        CASE WHEN p.reopened_clock AND s.last_reopened BETWEEN s.first_found AND s.last_fixed THEN s.last_reopened ELSE s.first_found END AS start,
        CASE WHEN s.last_fixed <= max(p.as_of, (SELECT received FROM response WHERE seq = s.row >> 24) + p.skew) THEN s.last_fixed END AS fixed
    FROM detection_state AS s JOIN setting AS p
    WHERE s.bucket IN ('fixed', 'unknown') AND coalesce(s.status COLLATE NOCASE NOT IN ('New', 'Active', 'Re-Opened'), 1)
      AND coalesce(s.type <> 'Info' COLLATE NOCASE, 1) AND (p.potential OR coalesce(s.type <> 'Potential' COLLATE NOCASE, 1))
      AND coalesce(s.is_ignored, 0) = 0 AND coalesce(s.is_disabled, 0) = 0
      AND NOT (p.kernels_apart AND coalesce(s.running_kernel, 1) = 0)
) AS f
WHERE coalesce(f.as_of - f.fixed <= :period, 1)
ORDER BY f.row;
