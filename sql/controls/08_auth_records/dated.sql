-- Whether hosts show dates of VM scans.
SELECT EXISTS (SELECT 1 FROM host WHERE last_vm_scan IS NOT NULL OR last_vm_auth IS NOT NULL) AS dated
ORDER BY 1;
