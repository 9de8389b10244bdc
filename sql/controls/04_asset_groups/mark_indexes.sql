-- What the statements beside this one look up.
CREATE UNIQUE INDEX temp.mark_by_host ON mark (host_row);
