-- The evidence model: what the answers say, typed, one row a record. Rebuilt by `analyze`, never signed.
-- `row` = journal seq of the response << 24 | ordinal of the record in it, so rows do not depend on
-- the order in which bodies were read. `offset` and `length` are the record's bytes in the
-- decompressed body. Times are Unix seconds, UTC. Addresses are BLOBs of 4 or 16 bytes in network
-- order, so that ranges compare bytewise; families never compare equal because lengths differ.
-- NULL = not given. What was asked for stands in `parameter`.
CREATE TABLE response (seq INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, page INTEGER NOT NULL, version TEXT NOT NULL, received INTEGER NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL) STRICT;
CREATE TABLE parameter (endpoint TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE coverage (endpoint TEXT PRIMARY KEY, state TEXT NOT NULL, pages INTEGER NOT NULL, records INTEGER NOT NULL, reason TEXT) STRICT;
-- Ids that more than one record of one body has: there an id alone does not name the bytes.
CREATE TABLE repeated (response INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (response, id)) STRICT;

CREATE TABLE asset_group (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT NOT NULL, owner_user_id INTEGER, owner_unit_id INTEGER, network_id INTEGER NOT NULL DEFAULT 0, business_impact TEXT, last_update INTEGER, default_appliance_id INTEGER, dns_names INTEGER NOT NULL DEFAULT 0, domains INTEGER NOT NULL DEFAULT 0, netbios_names INTEGER NOT NULL DEFAULT 0, ec2_ids INTEGER NOT NULL DEFAULT 0, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE group_range (group_row INTEGER NOT NULL, network_id INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
CREATE TABLE group_host (group_row INTEGER NOT NULL, host_id INTEGER NOT NULL) STRICT;

CREATE TABLE ip_range (row INTEGER PRIMARY KEY, network_id INTEGER NOT NULL DEFAULT 0, first BLOB NOT NULL, last BLOB NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE excluded_range (row INTEGER PRIMARY KEY, network_id INTEGER NOT NULL DEFAULT 0, first BLOB NOT NULL, last BLOB NOT NULL, expires INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- os_family: windows linux macos aix solaris unix network vmware printer, NULL where the OS text is absent or not recognised.
CREATE TABLE host (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, asset_id INTEGER, network_id INTEGER NOT NULL DEFAULT 0, ip BLOB, ipv6 BLOB, name TEXT, dns TEXT, netbios TEXT, os TEXT, os_family TEXT, tracking_method TEXT, qg_hostid TEXT, first_found INTEGER, last_activity INTEGER, last_vuln_scan INTEGER, last_vm_scan INTEGER, last_vm_auth INTEGER, last_compliance_scan INTEGER, agent_status TEXT, insufficient_privilege TEXT, cloud_provider TEXT, cloud_resource_id TEXT, ec2_instance_id TEXT, trurisk INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE host_group (host_row INTEGER NOT NULL, group_id INTEGER NOT NULL) STRICT;
CREATE TABLE host_tag (host_row INTEGER NOT NULL, tag_id INTEGER, name TEXT NOT NULL) STRICT;

CREATE TABLE scan_schedule (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT NOT NULL, active INTEGER, user_login TEXT, target TEXT, network_id INTEGER NOT NULL DEFAULT 0, scanner TEXT, option_profile TEXT, option_profile_default INTEGER, tag_include_selector TEXT, tag_exclude_selector TEXT, tag_ranges INTEGER NOT NULL DEFAULT 0, cloud_connector TEXT, interval_days INTEGER, occurrence TEXT, start INTEGER, next_launch INTEGER, max_occurrence INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE schedule_group (schedule_row INTEGER NOT NULL, title TEXT NOT NULL) STRICT;
CREATE TABLE schedule_tag (schedule_row INTEGER NOT NULL, name TEXT NOT NULL, excluded INTEGER NOT NULL) STRICT;
-- source: typed (USER_ENTERED_IPS) or target (the TARGET text); excluded: EXCLUDE_IP_PER_SCAN.
CREATE TABLE schedule_range (schedule_row INTEGER NOT NULL, source TEXT NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
CREATE TABLE schedule_run (row INTEGER PRIMARY KEY, schedule_id INTEGER NOT NULL, reference TEXT, launched INTEGER, state TEXT, sub_state TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

CREATE TABLE scan (row INTEGER PRIMARY KEY, reference TEXT NOT NULL, type TEXT, title TEXT, user_login TEXT, launched INTEGER, duration INTEGER, processed INTEGER, state TEXT, sub_state TEXT, option_profile TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE scan_group (scan_row INTEGER NOT NULL, title TEXT NOT NULL) STRICT;

-- A host as the detection list names it; hosts without detections are not in that list.
CREATE TABLE detection_host (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- running_kernel: AFFECT_RUNNING_KERNEL. RESULTS are not kept here.
CREATE TABLE detection (row INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, unique_vuln_id INTEGER, qid INTEGER NOT NULL, type TEXT, severity INTEGER, port INTEGER, protocol TEXT, ssl INTEGER, fqdn TEXT, instance TEXT, status TEXT, first_found INTEGER, last_found INTEGER, last_test INTEGER, last_update INTEGER, last_fixed INTEGER, first_reopened INTEGER, last_reopened INTEGER, times_found INTEGER, times_reopened INTEGER, qds INTEGER, is_ignored INTEGER, is_disabled INTEGER, running_kernel INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- cvss2, cvss3: tenths (98 = 9.8), so that limits compare as integers.
CREATE TABLE vuln (row INTEGER PRIMARY KEY, qid INTEGER NOT NULL, title TEXT, vuln_type TEXT, severity INTEGER, category TEXT, published INTEGER, modified INTEGER, patch_published INTEGER, patchable INTEGER, cvss2 INTEGER, cvss3 INTEGER, is_disabled INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE vuln_cve (qid INTEGER NOT NULL, cve TEXT NOT NULL) STRICT;
CREATE TABLE vuln_threat (qid INTEGER NOT NULL, indicator TEXT NOT NULL) STRICT;

CREATE TABLE user (row INTEGER PRIMARY KEY, id INTEGER, login TEXT, first_name TEXT, last_name TEXT, email TEXT, status TEXT, role TEXT, business_unit TEXT, created INTEGER, last_login INTEGER, never_logged_in INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE user_group (user_row INTEGER NOT NULL, title TEXT NOT NULL) STRICT;
CREATE TABLE user_permission (user_row INTEGER NOT NULL, name TEXT NOT NULL, granted INTEGER) STRICT;

-- agent_modules: the activatedModule text. instance_state: of the newest cloud source.
CREATE TABLE host_asset (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, host_id INTEGER, name TEXT, created INTEGER, modified INTEGER, os TEXT, address BLOB, network_guid TEXT, tracking_method TEXT, agent_id TEXT, agent_status TEXT, agent_version TEXT, agent_platform TEXT, agent_modules TEXT, agent_checked_in INTEGER, cloud_provider TEXT, instance_id TEXT, instance_state TEXT, cloud_account TEXT, last_vuln_scan INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE host_asset_tag (asset_row INTEGER NOT NULL, tag_id INTEGER, name TEXT) STRICT;
CREATE TABLE tag (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT NOT NULL, parent_id INTEGER, rule_type TEXT, rule_text TEXT, created INTEGER, modified INTEGER, source_group_id INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

CREATE TABLE activity (row INTEGER PRIMARY KEY, time INTEGER, action TEXT, module TEXT, details TEXT, login TEXT, role TEXT, ip TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
