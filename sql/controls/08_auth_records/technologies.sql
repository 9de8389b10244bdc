-- One row a type of record that logs in to a family in a network.
SELECT DISTINCT family, network_id, type, coalesce(sub_type, '') AS sub_type FROM login_record ORDER BY 1, 2, 3, 4;
