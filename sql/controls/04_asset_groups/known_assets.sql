-- Which asset of the inventory is which host. sure: not by an address that several networks have.
-- An address does not join two different cloud instances.
CREATE TEMP TABLE known_asset AS
WITH met AS (
    SELECT a.id AS asset_id, i.host_row, 1 AS sure FROM asset AS a JOIN identity AS i ON i.kind = 'instance' AND i.value = lower(a.instance_id)
    UNION SELECT a.id, i.host_row, 1 FROM asset AS a JOIN identity AS i ON i.kind = 'agent' AND i.value = lower(a.id)
    UNION SELECT a.id, i.host_row, (SELECT count(DISTINCT o.network_id) FROM identity AS o WHERE o.kind = 'address' AND o.value = i.value) <= 1
    FROM asset AS a JOIN identity AS i ON i.kind = 'address' AND i.value IN (hex(a.ip), hex(a.ipv6))
    WHERE coalesce(i.instance = lower(a.instance_id), 1)
    UNION SELECT a.id, i.host_row, 1 FROM asset AS a JOIN identity AS i ON i.kind = 'name' AND i.value IN (lower(a.fqdn), lower(a.hostname))
)
SELECT m.asset_id, m.host_row, max(m.sure) AS sure FROM met AS m GROUP BY m.asset_id, m.host_row ORDER BY 1, 2;
