-- Empty tables for what the statements beside this one look up. declared: maximal runs of the
-- declared networks. loose: subscribed runs in no asset group's ranges.
DROP TABLE IF EXISTS temp.declared;
DROP TABLE IF EXISTS temp.loose;
DROP TABLE IF EXISTS temp.identity;
DROP TABLE IF EXISTS temp.known_asset;
DROP TABLE IF EXISTS temp.mark;
DROP TABLE IF EXISTS temp.owned_host;
CREATE TEMP TABLE declared (network_id INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
CREATE INDEX temp.declared_by_network ON declared (network_id, length(first), first);
CREATE TEMP TABLE loose (network_id INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
