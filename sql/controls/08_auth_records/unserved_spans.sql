-- Up to :spans hosts in no record, by group and family as in unserved.sql.
SELECT group_id, family, id, response, "offset", length FROM (
    SELECT g.id AS group_id, h.os_family AS family, h.id, h.row >> 24 AS response, h."offset", h.length,
        row_number() OVER (PARTITION BY g.row, h.os_family ORDER BY h.row) AS place
    FROM login_host AS h LEFT JOIN group_member AS m ON m.host_id = h.id LEFT JOIN asset_group AS g ON g.row = m.group_row
    WHERE h.scanned AND h.agent = 0 AND h.os_family IN (SELECT family FROM login_type) AND (h.ip IS NOT NULL OR h.ipv6 IS NOT NULL)
      AND h.row NOT IN (SELECT host_row FROM login_pair))
WHERE place <= :spans
ORDER BY group_id, family, place;
