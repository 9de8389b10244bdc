-- One row a QID about logins that was found, with its title where the knowledge base has one.
SELECT DISTINCT d.qid, (SELECT v.title FROM vuln AS v WHERE v.qid = d.qid AND v.title IS NOT NULL ORDER BY v.row LIMIT 1) AS title
FROM auth_detection AS d
ORDER BY 1;
