SELECT t.id AS id, coalesce(t.dns, t.netbios, t.name) AS name, t.row, t."offset", t.length, t.id AS record,
    t.network_id, t.os_family, t.tracking_method
FROM host AS t
ORDER BY id, t.row;
