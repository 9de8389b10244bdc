-- How many discovered sites are listed.
SELECT count(*) AS sites FROM was_catalog
ORDER BY 1;
