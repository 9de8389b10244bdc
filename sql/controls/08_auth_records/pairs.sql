-- Which records serve which hosts: by family and network, and by address; a record for a whole
-- Windows domain serves every host of its families in its network. Inactive records serve nobody.
CREATE UNIQUE INDEX temp.login_host_by_row ON login_host (row);
CREATE INDEX temp.login_host_by_id ON login_host (id);
CREATE INDEX temp.login_host_by_family ON login_host (network_id, os_family);
CREATE TEMP TABLE login_address AS
SELECT DISTINCT host_row, network_id, address FROM (
    SELECT h.row AS host_row, h.network_id, iif(v.six, h.ipv6, h.ip) AS address
    FROM login_host AS h CROSS JOIN (SELECT 0 AS six UNION ALL SELECT 1) AS v)
WHERE address IS NOT NULL
ORDER BY 2, 3, 1;
CREATE INDEX temp.login_address_in_order ON login_address (network_id, address);
CREATE INDEX temp.login_address_by_host ON login_address (host_row);
CREATE TEMP TABLE login_record AS
SELECT DISTINCT r.row AS record_row, r.type, r.sub_type, r.network_id, t.family, r.whole_domain AND r.domain IS NOT NULL AS everywhere
FROM auth_record AS r
JOIN login_type AS t ON t.type = r.type AND (t.sub_type = r.sub_type
    OR t.sub_type IS NULL AND NOT EXISTS (SELECT 1 FROM login_type AS o WHERE o.type = r.type AND o.sub_type = r.sub_type))
WHERE coalesce(r.active, 1) AND r.row = (SELECT min(o.row) FROM auth_record AS o WHERE o.type = r.type AND o.id = r.id)
ORDER BY 1, 5;
CREATE INDEX temp.login_record_by_family ON login_record (family, network_id);
CREATE INDEX temp.login_record_by_reach ON login_record (everywhere);
CREATE TEMP TABLE login_pair AS
SELECT r.record_row, h.row AS host_row
FROM login_record AS r
CROSS JOIN auth_record_range AS g ON g.record_row = r.record_row
CROSS JOIN login_address AS a ON a.network_id = r.network_id AND a.address BETWEEN g.first AND g.last AND length(a.address) = length(g.first)
CROSS JOIN login_host AS h ON h.row = a.host_row AND h.os_family = r.family
UNION
SELECT r.record_row, h.row FROM login_record AS r CROSS JOIN login_host AS h ON h.network_id = r.network_id AND h.os_family = r.family
WHERE r.everywhere = 1
ORDER BY 1, 2;
CREATE INDEX temp.login_pair_by_host ON login_pair (host_row);
CREATE INDEX temp.login_pair_by_record ON login_pair (record_row);
