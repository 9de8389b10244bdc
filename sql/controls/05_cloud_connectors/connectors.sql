-- One row a connector as one of the two lists has it, and when that list was received.
SELECT c.source, lower(c.provider) AS provider, c.id, c.uuid, c.name, c.state, c.account, c.arn, c.last_sync, c.never_synced, c.created, c.disabled,
    c.has_error, c.polling_minutes, c.total_assets, c.row >> 24 AS response, c."offset", c.length, r.received
FROM connector AS c LEFT JOIN response AS r ON r.seq = c.row >> 24
ORDER BY provider, c.source DESC, c.id, c.row;
