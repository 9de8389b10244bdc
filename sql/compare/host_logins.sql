-- The date of the last authenticated scan is that of the last scan where that one logged in.
SELECT t.id AS id, coalesce(t.dns, t.netbios, t.name) AS name, t.row, t."offset", t.length, t.id AS record,
    CASE WHEN t.last_vm_scan IS NULL THEN NULL WHEN t.last_vm_auth >= t.last_vm_scan THEN 'yes' ELSE 'no' END AS last_scan_authenticated
FROM host AS t
ORDER BY id, t.row;
