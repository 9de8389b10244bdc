-- What the statements beside this one work on. login_type: which records log in to which family,
-- out of the profile; sub_type NULL: every sub-type that no other entry names. failed_login: QIDs
-- that say that a login failed. login_schedule: schedules whose targets are looked at.
DROP TABLE IF EXISTS temp.login_type;
DROP TABLE IF EXISTS temp.failed_login;
DROP TABLE IF EXISTS temp.login_schedule;
DROP TABLE IF EXISTS temp.login_host;
DROP TABLE IF EXISTS temp.login_address;
DROP TABLE IF EXISTS temp.login_record;
DROP TABLE IF EXISTS temp.login_pair;
DROP TABLE IF EXISTS temp.login_target;
DROP TABLE IF EXISTS temp.known_range;
CREATE TEMP TABLE login_type (family TEXT NOT NULL, type TEXT NOT NULL, sub_type TEXT) STRICT;
CREATE TEMP TABLE failed_login (qid INTEGER PRIMARY KEY) STRICT;
CREATE TEMP TABLE login_schedule (row INTEGER PRIMARY KEY) STRICT;
