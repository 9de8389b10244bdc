-- The profile's input files, beside the evidence model and for the time of one assessment.
-- due: the first second after the due day, UTC. Addresses and times as in the model.
CREATE TEMP TABLE kev (cve TEXT PRIMARY KEY, due INTEGER) STRICT;
CREATE TEMP TABLE asset (id TEXT PRIMARY KEY, hostname TEXT, fqdn TEXT, ip BLOB, ipv6 BLOB, instance_id TEXT, status TEXT, first_seen INTEGER) STRICT;
CREATE INDEX temp.asset_by_instance ON asset (instance_id);
CREATE INDEX temp.asset_by_fqdn ON asset (fqdn COLLATE NOCASE);
CREATE INDEX temp.asset_by_ip ON asset (ip);
