-- One row an asset group: what is in it, and the account that owns it. holds: whether the group or
-- the host list names anything that it holds. named: the group holds names, cloud ids, or hosts
-- without naming addresses. accounts: how many accounts have the owner's id.
SELECT g.row, g.id, g.title, g.owner_user_id AS owner, g.title IN (SELECT title FROM ignored_group) AS ignored, g.title = :everything AS everything,
    g.dns_names + g.domains + g.netbios_names + g.ec2_ids > 0 OR g.row IN (SELECT group_row FROM group_range) OR g.row IN (SELECT group_row FROM group_host)
      OR g.id IN (SELECT group_id FROM host_group) AS holds,
    g.dns_names + g.domains + g.netbios_names + g.ec2_ids > 0
      OR g.row IN (SELECT group_row FROM group_host) AND g.row NOT IN (SELECT group_row FROM group_range) AS named,
    (SELECT count(*) FROM user AS u WHERE u.id = g.owner_user_id) AS accounts,
    (SELECT u.login FROM user AS u WHERE u.id = g.owner_user_id ORDER BY u.row LIMIT 1) AS login,
    (SELECT u.status FROM user AS u WHERE u.id = g.owner_user_id ORDER BY u.row LIMIT 1) AS status,
    (SELECT u.row >> 24 FROM user AS u WHERE u.id = g.owner_user_id ORDER BY u.row LIMIT 1) AS user_response,
    (SELECT u."offset" FROM user AS u WHERE u.id = g.owner_user_id ORDER BY u.row LIMIT 1) AS user_offset,
    (SELECT u.length FROM user AS u WHERE u.id = g.owner_user_id ORDER BY u.row LIMIT 1) AS user_length,
    g.row >> 24 AS response, g."offset", g.length
FROM asset_group AS g
ORDER BY g.id, g.row;
