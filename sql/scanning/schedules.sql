-- One row a scan schedule.
SELECT s.row, s.row >> 24 AS response, s.id, s.title, s.active, s.target, s.network_id, s.tag_include_selector, s.tag_exclude_selector, s.tag_ranges,
    s.cloud_connector, s.interval_days, s.occurrence, s.start, s.next_launch, s.max_occurrence, s.scanner, trim(s.option_profile) AS option_profile,
    (SELECT count(*) FROM scan_schedule AS o WHERE o.title = s.title) AS namesakes, s."offset", s.length, r.received
FROM scan_schedule AS s LEFT JOIN response AS r ON r.seq = s.row >> 24
ORDER BY s.id, s.row;
