-- One row a scan schedule, with the scanner and the option profile that it names.
SELECT s.row, s.scanner, s.option_profile FROM scan_schedule AS s ORDER BY s.row;
