-- last_report: when the newest finished report of its title was made, or of its template's title unless another
-- schedule is called so.
WITH produced AS (
    SELECT lower(trim(title)) AS title, max(launched) AS launched
    FROM report
    WHERE state = 'Finished' COLLATE NOCASE AND launched IS NOT NULL
    GROUP BY lower(trim(title))
), called AS (
    SELECT DISTINCT lower(trim(title)) AS title FROM report_schedule WHERE title IS NOT NULL
)
SELECT t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.active, t.interval_days, t.template, t.format, (
        SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(p.launched), 'unixepoch') FROM produced AS p
        WHERE p.title = lower(trim(t.title)) OR (p.title = lower(trim(t.template)) AND p.title NOT IN (SELECT title FROM called))) AS last_report
FROM report_schedule AS t
ORDER BY id, t.row;
