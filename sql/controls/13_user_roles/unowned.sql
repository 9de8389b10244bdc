-- Whether anything that still works has an owner that was not said.
SELECT EXISTS (SELECT 1 FROM scan_schedule AS s WHERE s.user_login IS NULL AND s.active IN (1, 2))
    OR EXISTS (SELECT 1 FROM asset_group AS g WHERE g.owner_user_id IS NULL)
    OR EXISTS (SELECT 1 FROM auth_record AS a WHERE a.owner IS NULL) AS any
ORDER BY 1;
