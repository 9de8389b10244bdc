-- Up to :spans hosts of a family without a live agent, from networks that hold no record for it.
SELECT family, id, response, "offset", length FROM (
    SELECT h.os_family AS family, h.id, h.row >> 24 AS response, h."offset", h.length,
        row_number() OVER (PARTITION BY h.os_family ORDER BY h.row) AS place
    FROM login_host AS h
    WHERE h.scanned AND h.agent = 0 AND h.os_family IN (SELECT family FROM login_type)
      AND NOT EXISTS (SELECT 1 FROM login_record AS r WHERE r.family = h.os_family AND r.network_id = h.network_id))
WHERE place <= :spans
ORDER BY family, place;
