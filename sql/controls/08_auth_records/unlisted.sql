-- One row a type of record that the list of all names and of which no record was answered.
SELECT DISTINCT t.type FROM auth_record_type AS t
WHERE t.listed > 0 AND NOT EXISTS (SELECT 1 FROM auth_record AS r WHERE r.type = t.type)
ORDER BY 1;
