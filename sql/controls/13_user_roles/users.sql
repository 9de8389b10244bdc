-- One row an account: the first record of each login, with its rights and the groups assigned to it.
-- all_groups: whether it is assigned every group of the subscription, NULL where there is none.
WITH account AS (
    SELECT *, row_number() OVER (PARTITION BY coalesce(lower(login), 'id ' || id, 'row ' || row) ORDER BY row) AS place FROM user
), permission AS (
    SELECT user_row,
        max(CASE WHEN name = 'EDIT_AUTH_RECORDS' COLLATE NOCASE THEN granted END) AS edits_records,
        max(CASE WHEN name = 'PURGE_INFO' COLLATE NOCASE THEN granted END) AS purges,
        max(CASE WHEN name LIKE '%VIRTUAL%SCANNER%' OR name LIKE '%APPLIANCE%' THEN granted END) AS manages_scanners
    FROM user_permission GROUP BY user_row
), judged AS (
    SELECT DISTINCT title FROM asset_group WHERE title <> 'All'
), assigned AS (
    SELECT g.user_row, count(DISTINCT g.title) AS titles, max(g.title = 'All') AS everything, count(DISTINCT j.title) AS judged
    FROM user_group AS g LEFT JOIN judged AS j ON j.title = g.title GROUP BY g.user_row
)
SELECT u.row, u.id, u.login, u.first_name, u.last_name, u.title, u.email, u.status, u.role, u.business_unit, u.created, u.last_login, u.never_logged_in,
    p.edits_records, p.purges, p.manages_scanners,
    coalesce(a.titles, 0) AS titles, coalesce(a.everything, 0) AS everything,
    a.judged = nullif((SELECT count(*) FROM judged), 0) AS all_groups,
    u.row >> 24 AS response, u."offset", u.length, r.received
FROM account AS u
LEFT JOIN permission AS p ON p.user_row = u.row
LEFT JOIN assigned AS a ON a.user_row = u.row
LEFT JOIN response AS r ON r.seq = u.row >> 24
WHERE u.place = 1
ORDER BY lower(u.login), u.row;
