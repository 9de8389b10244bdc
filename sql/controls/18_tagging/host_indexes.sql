-- What the statements beside this one look up.
CREATE UNIQUE INDEX temp.scope_host_by_row ON scope_host (row);
CREATE INDEX temp.scope_host_by_asset ON scope_host (asset_row);
