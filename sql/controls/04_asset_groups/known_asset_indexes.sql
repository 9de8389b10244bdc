-- What the statements beside this one look up.
CREATE INDEX temp.known_asset_by_asset ON known_asset (asset_id);
CREATE INDEX temp.known_asset_by_host ON known_asset (host_row);
