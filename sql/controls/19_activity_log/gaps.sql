-- One row a time without any event that is longer than :gap seconds, up to :as_of, with the runs that
-- began inside it and the two lines around it.
WITH event AS (
    SELECT time, row, "offset", length,
        lead(time) OVER (ORDER BY time, row) AS next, lead(row) OVER (ORDER BY time, row) AS next_row,
        lead("offset") OVER (ORDER BY time, row) AS next_offset, lead(length) OVER (ORDER BY time, row) AS next_length
    FROM activity WHERE time <= :as_of
), run AS (
    SELECT launched FROM scan WHERE type = 'Scheduled' COLLATE NOCASE UNION ALL SELECT launched FROM schedule_run
)
SELECT e.time AS began, coalesce(e.next, :as_of) AS ended, e.next IS NULL AS is_open,
    (SELECT count(*) FROM run AS r WHERE r.launched > e.time AND r.launched < coalesce(e.next, :as_of)) AS runs,
    e.row >> 24 AS response, e."offset", e.length, e.next_row >> 24 AS next_response, e.next_offset, e.next_length
FROM event AS e
WHERE coalesce(e.next, :as_of) - e.time > :gap
ORDER BY e.time;
