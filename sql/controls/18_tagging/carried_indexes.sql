-- What the statements beside this one look up.
CREATE INDEX temp.carried_by_host ON carried (host_row, tag_id);
CREATE INDEX temp.carried_by_tag ON carried (tag_id);
