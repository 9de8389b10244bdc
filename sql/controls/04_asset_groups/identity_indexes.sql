-- What the statements beside this one look up.
DELETE FROM temp.identity WHERE value IS NULL;
CREATE INDEX temp.identity_by_value ON identity (kind, value);
