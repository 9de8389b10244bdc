-- The first :spans hosts of the group :group that count for it, as bytes.
SELECT h.id, h.row >> 24 AS response, h."offset", h.length
FROM compliance_member AS m JOIN compliance_host AS h ON h.row = m.host_row
WHERE m.group_id = :group AND (:declared OR h.scanned IS NOT NULL)
ORDER BY h.id, h.row
LIMIT :spans;
