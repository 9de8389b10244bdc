-- The first :spans hosts under the policy :policy that are surely there and were not scanned within :window, as bytes.
SELECT h.id, h.row >> 24 AS response, h."offset", h.length
FROM under_policy AS u JOIN compliance_host AS h ON h.row = u.host_row
WHERE u.policy_row = :policy AND NOT h.maybe_gone AND (h.scanned IS NULL OR h.scan_age > :window)
ORDER BY h.id, h.row
LIMIT :spans;
