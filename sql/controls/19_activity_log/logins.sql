-- One row a login of a user or an actor, in lower case.
SELECT lower(login) AS login FROM user WHERE login IS NOT NULL
UNION
SELECT lower(login) FROM activity WHERE login IS NOT NULL
ORDER BY 1;
