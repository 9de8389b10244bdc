-- One row a scan schedule that is on, or of which that is not known.
SELECT s.row, s.id, s.title, s.active, s.scanner, s.network_id, trim(s.option_profile) AS profile,
    s.row >> 24 AS response, s."offset", s.length
FROM scan_schedule AS s
WHERE s.active IN (1, 2) OR s.active IS NULL
ORDER BY s.id, s.row;
