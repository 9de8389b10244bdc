-- By which ids, addresses and names Qualys knows a host: the host list's and the portal's. Texts in
-- lower case, addresses in hex. instance: the host's cloud id, which tells apart two hosts that
-- had one address after each other. host_row: NULL for what only the portal knows.
CREATE TEMP TABLE identity AS
WITH own AS (
    SELECT h.row AS host_row, h.network_id, h.ip, h.ipv6, lower(h.dns) AS dns, lower(h.name) AS name, lower(h.netbios) AS netbios, lower(h.qg_hostid) AS agent,
        lower(coalesce(h.cloud_resource_id, h.ec2_instance_id)) AS instance, lower(h.ec2_instance_id) AS ec2
    FROM host AS h
), portal AS (
    SELECT (SELECT min(h.row) FROM host AS h WHERE h.id = a.host_id) AS host_row, a.address, lower(a.name) AS name, lower(a.agent_id) AS agent, lower(a.instance_id) AS instance
    FROM host_asset AS a
)
SELECT 'instance' AS kind, instance AS value, host_row, NULL AS network_id, instance FROM own
UNION SELECT 'instance', ec2, host_row, NULL, ec2 FROM own
UNION SELECT 'agent', agent, host_row, NULL, instance FROM own
UNION SELECT 'address', hex(ip), host_row, network_id, instance FROM own WHERE ip IS NOT NULL
UNION SELECT 'address', hex(ipv6), host_row, network_id, instance FROM own WHERE ipv6 IS NOT NULL
UNION SELECT 'name', dns, host_row, NULL, instance FROM own
UNION SELECT 'name', name, host_row, NULL, instance FROM own
UNION SELECT 'name', netbios, host_row, NULL, instance FROM own
UNION SELECT 'name', substr(dns, 1, instr(dns || '.', '.') - 1), host_row, NULL, instance FROM own
UNION SELECT 'instance', instance, host_row, NULL, instance FROM portal
UNION SELECT 'agent', agent, host_row, NULL, instance FROM portal
UNION SELECT 'address', hex(address), host_row, NULL, instance FROM portal WHERE address IS NOT NULL
UNION SELECT 'name', name, host_row, NULL, instance FROM portal
UNION SELECT 'name', substr(name, 1, instr(name || '.', '.') - 1), host_row, NULL, instance FROM portal WHERE name GLOB '*[a-z]*'
ORDER BY 1, 2, 3;
