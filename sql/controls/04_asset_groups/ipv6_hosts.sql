-- How many hosts that are not gone have an IPv6 address between :first and :last. The plus leaves the search
-- to the index of addresses.
SELECT count(*) AS hosts FROM host_state AS h WHERE NOT h.gone AND +h.network_id = :network AND h.ipv6 BETWEEN :first AND :last ORDER BY 1;
