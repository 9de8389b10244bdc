-- Where the subscription and its groups have addresses, by network; -1: of a list of addresses that
-- names no network and holds for every one. upto: how far those reach that begin no later.
CREATE TEMP TABLE known_range AS
WITH known AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM ip_range WHERE network_id <> 0) THEN network_id ELSE -1 END AS network_id, first, last FROM ip_range
    UNION
    SELECT network_id, first, last FROM group_range
)
SELECT CAST(network_id AS INTEGER) AS network_id, length(first) AS bytes, first, max(last) OVER (PARTITION BY network_id, length(first) ORDER BY first) AS upto
FROM known
ORDER BY 1, 2, 3;
CREATE INDEX temp.known_range_in_order ON known_range (network_id, bytes, first);
