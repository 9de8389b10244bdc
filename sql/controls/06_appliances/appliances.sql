-- One row a scanner appliance.
SELECT a.row, a.id, a.name, a.network_id, a.status, a.type, a.model, a.software_version, a.vulnsigs_version, a.vulnsigs_latest, a.ml_version, a.ml_latest,
    a.heartbeats_missed, a.updated, a.last_contact, a.never_connected, a.has_activation_code, a.group_count, a.running_scans, a.created,
    a.row >> 24 AS response, a."offset", a.length, r.received
FROM appliance AS a LEFT JOIN response AS r ON r.seq = a.row >> 24
WHERE a.row = (SELECT min(o.row) FROM appliance AS o WHERE o.id = a.id)
ORDER BY a.id, a.row;
