-- One row an account of which CloudView evaluated anything.
SELECT lower(e.provider) AS provider, e.account, count(*) AS controls
FROM cloud_evaluation AS e
WHERE e.account IS NOT NULL
GROUP BY lower(e.provider), e.account
ORDER BY provider, e.account;
