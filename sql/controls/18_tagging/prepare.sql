-- Clears what an earlier assessment of the same model left.
DROP TABLE IF EXISTS temp.scope_host;
DROP TABLE IF EXISTS temp.carried;
