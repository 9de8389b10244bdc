-- Clears what an earlier assessment of the same model left, and makes what the judge fills.
DROP TABLE IF EXISTS temp.scope_host;
DROP TABLE IF EXISTS temp.carried;
DROP TABLE IF EXISTS temp.scoped;
DROP TABLE IF EXISTS temp.scope_block;
-- Addresses of the scopes that the declared networks name.
CREATE TEMP TABLE scope_block (segment TEXT NOT NULL, tag TEXT NOT NULL, network_id INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
