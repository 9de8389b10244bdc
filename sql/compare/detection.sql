-- One detection, whatever its state.
SELECT coalesce(d.status = 'Fixed' COLLATE NOCASE, 0) AS fixed, coalesce(d.is_ignored = 1 OR d.is_disabled = 1, 0) AS hidden,
    d.row >> 24 AS response, d."offset", d.length
FROM detection AS d
WHERE d.qid = ?1 AND d.host_id = ?2 AND d.port IS ?3 AND lower(d.protocol) IS ?4 AND d.instance IS ?5
ORDER BY d.row LIMIT 1;
