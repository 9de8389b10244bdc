-- One row a user, with the mail address in lower case.
SELECT lower(trim(u.email)) AS email, u.login, u.status, u.id, u.row >> 24 AS response, u."offset", u.length
FROM user AS u
ORDER BY u.row;
