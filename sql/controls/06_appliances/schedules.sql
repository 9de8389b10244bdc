-- One row a scan schedule, with the scanner it names.
SELECT s.row, s.id, s.title, s.active, s.scanner, s.row >> 24 AS response, s."offset", s.length
FROM scan_schedule AS s
ORDER BY s.id, s.row;
