-- Authentication records that applications use and that the list of records does not have.
SELECT count(DISTINCT u.record_id) AS records FROM web_app_auth AS u
WHERE u.record_id NOT IN (SELECT id FROM was_auth_record)
ORDER BY 1;
