-- One row a report schedule, with the newest finished report that is its own: one of its title, or of its template's
-- title unless another schedule is called so. unsaid: when the newest such report was launched of which no state is said.
WITH produced AS (
    SELECT lower(trim(title)) AS title, max(launched) AS launched, id, row, "offset", length
    FROM report
    WHERE state = 'Finished' COLLATE NOCASE AND launched IS NOT NULL
    GROUP BY lower(trim(title))
), unsaid AS (
    SELECT lower(trim(title)) AS title, max(launched) AS launched FROM report
    WHERE state IS NULL AND launched IS NOT NULL GROUP BY lower(trim(title))
), called AS (
    SELECT DISTINCT lower(trim(title)) AS title FROM report_schedule WHERE title IS NOT NULL
), own AS (
    SELECT s.row AS schedule_row, max(p.launched) AS launched, p.id, p.row, p."offset", p.length
    FROM report_schedule AS s JOIN produced AS p
      ON p.title = lower(trim(s.title)) OR (p.title = lower(trim(s.template)) AND p.title NOT IN (SELECT title FROM called))
    GROUP BY s.row
)
SELECT s.id, s.title, s.template, s.format, s.active, s.interval_days, s.start,
    (SELECT max(u.launched) FROM unsaid AS u
      WHERE u.title = lower(trim(s.title)) OR (u.title = lower(trim(s.template)) AND u.title NOT IN (SELECT title FROM called))) AS unsaid,
    o.launched, o.id AS report_id, o.row >> 24 AS report_response, o."offset" AS report_offset, o.length AS report_length, q.received AS report_received,
    s.row >> 24 AS response, s."offset", s.length, r.received
FROM report_schedule AS s
LEFT JOIN own AS o ON o.schedule_row = s.row
LEFT JOIN response AS q ON q.seq = o.row >> 24
LEFT JOIN response AS r ON r.seq = s.row >> 24
WHERE s.row IN (SELECT min(row) FROM report_schedule GROUP BY id)
ORDER BY s.id;
