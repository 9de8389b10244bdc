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
CREATE TABLE host (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, asset_id INTEGER, network_id INTEGER NOT NULL DEFAULT 0, ip BLOB, ipv6 BLOB, name TEXT, dns TEXT, netbios TEXT, os TEXT, os_family TEXT, tracking_method TEXT, qg_hostid TEXT, first_found INTEGER, last_activity INTEGER, last_boot INTEGER, last_vuln_scan INTEGER, last_vm_scan INTEGER, last_vm_auth INTEGER, last_compliance_scan INTEGER, agent_status TEXT, insufficient_privilege TEXT, cloud_provider TEXT, cloud_resource_id TEXT, ec2_instance_id TEXT, trurisk INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
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
CREATE TABLE detection_host (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, last_compliance_scan INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- running_kernel: AFFECT_RUNNING_KERNEL. RESULTS are not kept here.
CREATE TABLE detection (row INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, unique_vuln_id INTEGER, qid INTEGER NOT NULL, type TEXT, severity INTEGER, port INTEGER, protocol TEXT, ssl INTEGER, fqdn TEXT, instance TEXT, status TEXT, first_found INTEGER, last_found INTEGER, last_test INTEGER, last_update INTEGER, last_fixed INTEGER, first_reopened INTEGER, last_reopened INTEGER, times_found INTEGER, times_reopened INTEGER, qds INTEGER, is_ignored INTEGER, is_disabled INTEGER, running_kernel INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- cvss2, cvss3: tenths (98 = 9.8), so that limits compare as integers.
CREATE TABLE vuln (row INTEGER PRIMARY KEY, qid INTEGER NOT NULL, title TEXT, vuln_type TEXT, severity INTEGER, category TEXT, published INTEGER, modified INTEGER, patch_published INTEGER, patchable INTEGER, cvss2 INTEGER, cvss3 INTEGER, is_disabled INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE vuln_cve (qid INTEGER NOT NULL, cve TEXT NOT NULL) STRICT;
CREATE TABLE vuln_threat (qid INTEGER NOT NULL, indicator TEXT NOT NULL) STRICT;

CREATE TABLE user (row INTEGER PRIMARY KEY, id INTEGER, login TEXT, first_name TEXT, last_name TEXT, title TEXT, email TEXT, status TEXT, role TEXT, business_unit TEXT, created INTEGER, last_login INTEGER, never_logged_in INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE user_group (user_row INTEGER NOT NULL, title TEXT NOT NULL) STRICT;
CREATE TABLE user_permission (user_row INTEGER NOT NULL, name TEXT NOT NULL, granted INTEGER) STRICT;

-- agent_modules: the activatedModule text. instance_state, cloud_account, public_address: of the newest cloud source.
CREATE TABLE host_asset (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, host_id INTEGER, name TEXT, created INTEGER, modified INTEGER, os TEXT, address BLOB, network_guid TEXT, tracking_method TEXT, agent_id TEXT, agent_status TEXT, agent_version TEXT, agent_platform TEXT, agent_modules TEXT, agent_checked_in INTEGER, cloud_provider TEXT, instance_id TEXT, instance_state TEXT, cloud_account TEXT, public_address BLOB, last_vuln_scan INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE host_asset_tag (asset_row INTEGER NOT NULL, tag_id INTEGER, name TEXT) STRICT;
CREATE TABLE tag (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT NOT NULL, parent_id INTEGER, rule_type TEXT, rule_text TEXT, created INTEGER, modified INTEGER, source_group_id INTEGER, criticality INTEGER, evaluation TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

CREATE TABLE activity (row INTEGER PRIMARY KEY, time INTEGER, action TEXT, module TEXT, details TEXT, login TEXT, role TEXT, ip TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- Where scanning is set up.
CREATE TABLE exclusion_event (row INTEGER PRIMARY KEY, id INTEGER, action TEXT, time INTEGER, user_login TEXT, comment TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE exclusion_event_range (event_row INTEGER NOT NULL, network_id INTEGER NOT NULL DEFAULT 0, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
CREATE TABLE restricted_range (row INTEGER PRIMARY KEY, first BLOB NOT NULL, last BLOB NOT NULL, enabled INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- family: vm or pc. brute_force: the system's level, 'none' where it is switched off. detection: complete, custom, runtime. authentication: the comma list as given; '' = asked and empty. hash: sha256 of the record with white space between elements collapsed, secrets already removed.
CREATE TABLE option_profile (row INTEGER PRIMARY KEY, family TEXT NOT NULL, id INTEGER NOT NULL, title TEXT NOT NULL, type TEXT, owner TEXT, is_default INTEGER, is_global INTEGER, updated INTEGER, tcp_ports TEXT, tcp_additional TEXT, udp_ports TEXT, authoritative INTEGER, close_dead INTEGER, close_dead_scans INTEGER, performance TEXT, packet_delay TEXT, discovery_intensity TEXT, brute_force TEXT, detection TEXT, authentication TEXT, test_authentication INTEGER, auto_update INTEGER, hash TEXT NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- Every setting of a profile: path of the element below the record, and its text; elements that only hold others, and the date of the last edit, are left out.
CREATE TABLE option_profile_setting (profile_row INTEGER NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL) STRICT;
-- use: include (custom detection), exclude (DETECTION_EXCLUDE).
CREATE TABLE option_profile_list (profile_row INTEGER NOT NULL, use TEXT NOT NULL, list_id INTEGER, title TEXT) STRICT;
-- kind: static or dynamic.
CREATE TABLE search_list (row INTEGER PRIMARY KEY, kind TEXT NOT NULL, id INTEGER NOT NULL, title TEXT, is_global INTEGER, owner TEXT, modified INTEGER, has_qids INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE search_list_qid (list_row INTEGER NOT NULL, qid INTEGER NOT NULL) STRICT;
-- last_contact: SS_LAST_CONNECTED; updated: LAST_UPDATED_DATE. never_connected: not online, and no software version or N/A for its dates.
CREATE TABLE appliance (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, uuid TEXT, name TEXT NOT NULL, network_id INTEGER, status TEXT, type TEXT, model TEXT, software_version TEXT, vulnsigs_version TEXT, vulnsigs_latest TEXT, ml_version TEXT, ml_latest TEXT, heartbeats_missed INTEGER, updated INTEGER, last_contact INTEGER, never_connected INTEGER NOT NULL, has_activation_code INTEGER NOT NULL, group_count INTEGER, running_scans INTEGER, polling_seconds INTEGER, user_login TEXT, created INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE appliance_group (appliance_row INTEGER NOT NULL, group_id INTEGER, title TEXT) STRICT;
CREATE TABLE group_appliance (group_row INTEGER NOT NULL, appliance_id INTEGER NOT NULL) STRICT;
CREATE TABLE network (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE network_appliance (network_row INTEGER NOT NULL, appliance_id INTEGER NOT NULL) STRICT;
CREATE TABLE virtual_host (row INTEGER PRIMARY KEY, network_id INTEGER NOT NULL DEFAULT 0, ip BLOB, port INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- Distribution groups that schedules notify; schedule_row is one of scan_schedule or of compliance_schedule.
CREATE TABLE schedule_recipient (schedule_row INTEGER NOT NULL, group_id INTEGER, title TEXT) STRICT;

-- What the aggregate list counts, by technology; ranges of ids count as possible ids only.
CREATE TABLE auth_record_type (row INTEGER PRIMARY KEY, type TEXT NOT NULL, listed INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
-- type: path slug (unix, windows, snmp …); sub_type: cisco, checkpoint_firewall. login_type: basic, vault. whole_domain: a Windows domain record without addresses.
CREATE TABLE auth_record (row INTEGER PRIMARY KEY, type TEXT NOT NULL, sub_type TEXT, id INTEGER NOT NULL, title TEXT, username TEXT, network_id INTEGER NOT NULL DEFAULT 0, login_type TEXT, domain TEXT, whole_domain INTEGER NOT NULL DEFAULT 0, owner TEXT, created INTEGER, modified INTEGER, active INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE auth_record_range (record_row INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL) STRICT;
-- Information Gathered rows about logins. success: what RESULTS says of a method QID (1, 0, NULL unknown).
CREATE TABLE auth_detection (row INTEGER PRIMARY KEY, host_id INTEGER NOT NULL, qid INTEGER NOT NULL, last_found INTEGER, success INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

CREATE TABLE report (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT, type TEXT, user_login TEXT, launched INTEGER, format TEXT, state TEXT, expires INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE report_schedule (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT, format TEXT, template TEXT, active INTEGER, interval_days INTEGER, start INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE report_template (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT, type TEXT, template_type TEXT, user_login TEXT, updated INTEGER, is_global INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

CREATE TABLE portal_user (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, login TEXT, first_name TEXT, last_name TEXT, email TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE portal_user_role (user_row INTEGER NOT NULL, name TEXT NOT NULL) STRICT;
CREATE TABLE portal_user_tag (user_row INTEGER NOT NULL, tag_id INTEGER, name TEXT) STRICT;
-- endpoint: am/host-asset-count, gav/asset-count.
CREATE TABLE asset_count (row INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, count INTEGER NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE portal_version (row INTEGER PRIMARY KEY, component TEXT NOT NULL, version TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- source: assetview (Connector 3.0) or cloudview. id: connector id in that source; uuid joins both (cloudviewUuid = connectorId). error: present, its text never carries secrets into the model.
CREATE TABLE connector (row INTEGER PRIMARY KEY, source TEXT NOT NULL, provider TEXT NOT NULL, id TEXT NOT NULL, uuid TEXT, name TEXT, state TEXT, account TEXT, arn TEXT, last_sync INTEGER, never_synced INTEGER, next_sync INTEGER, created INTEGER, disabled INTEGER, has_error INTEGER, polling_minutes INTEGER, total_assets INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE cloud_evaluation (row INTEGER PRIMARY KEY, provider TEXT NOT NULL, account TEXT, control_id TEXT, control_name TEXT, criticality TEXT, result TEXT, passed INTEGER, failed INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- Policy compliance. agent_ips, hidden: assignment that is not by readable groups.
CREATE TABLE policy (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT, status TEXT, is_locked INTEGER, created INTEGER, modified INTEGER, evaluated INTEGER, agent_ips INTEGER, hidden INTEGER, tag_include_selector TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE policy_group (policy_row INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL) STRICT;
CREATE TABLE policy_tag (policy_row INTEGER NOT NULL, tag_id INTEGER NOT NULL, excluded INTEGER NOT NULL) STRICT;
CREATE TABLE policy_control (policy_row INTEGER NOT NULL, control_id INTEGER NOT NULL, status TEXT, criticality INTEGER) STRICT;
-- os_family: as of a host; NULL where the technology is an application, or is not recognised.
CREATE TABLE policy_technology (policy_row INTEGER NOT NULL, technology_id INTEGER, name TEXT, os_family TEXT) STRICT;
-- source: list (the control library) or export (the policy's own copy). default_value: the expected value; use_scan_value: NULL where the element is absent.
CREATE TABLE compliance_control (row INTEGER PRIMARY KEY, source TEXT NOT NULL, policy_id INTEGER, id INTEGER NOT NULL, category TEXT, statement TEXT, criticality INTEGER, check_type TEXT, hash_type TEXT, ignore_error INTEGER, ignore_not_found INTEGER, created INTEGER, updated INTEGER, deprecated INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE control_technology (control_row INTEGER NOT NULL, technology_id INTEGER NOT NULL, name TEXT, default_value TEXT, use_scan_value INTEGER) STRICT;
CREATE TABLE posture (row INTEGER PRIMARY KEY, id INTEGER, policy_id INTEGER, host_id INTEGER, control_id INTEGER, technology_id INTEGER, status TEXT, modified INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE exception (row INTEGER PRIMARY KEY, number INTEGER NOT NULL, status TEXT, active INTEGER, expires INTEGER, policy_id INTEGER, control_id INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE compliance_schedule (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, title TEXT, active INTEGER, option_profile TEXT, interval_days INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE compliance_scan (row INTEGER PRIMARY KEY, reference TEXT NOT NULL, title TEXT, launched INTEGER, state TEXT, sub_state TEXT, option_profile TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- Web applications. The details answer (one call an application) wins over the thin search answer.
CREATE TABLE web_app (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, detailed INTEGER NOT NULL, name TEXT, url TEXT, owner_id INTEGER, created INTEGER, updated INTEGER, is_scheduled INTEGER, tags INTEGER, auth_records INTEGER, last_scan_id INTEGER, last_scan_auth TEXT, last_scan_results TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE web_app_auth (app_row INTEGER NOT NULL, record_id INTEGER NOT NULL) STRICT;
CREATE TABLE web_app_tag (app_row INTEGER NOT NULL, tag_id INTEGER NOT NULL) STRICT;
CREATE TABLE was_scan (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT, reference TEXT, type TEXT, mode TEXT, status TEXT, launched INTEGER, ended INTEGER, auth_status TEXT, results_status TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE was_scan_app (scan_row INTEGER NOT NULL, app_id INTEGER NOT NULL) STRICT;
CREATE TABLE was_schedule (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT, active INTEGER, invalid INTEGER, type TEXT, tag_option TEXT, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE was_schedule_app (schedule_row INTEGER NOT NULL, app_id INTEGER NOT NULL) STRICT;
CREATE TABLE was_schedule_tag (schedule_row INTEGER NOT NULL, tag_id INTEGER NOT NULL, excluded INTEGER NOT NULL) STRICT;
CREATE TABLE was_schedule_recipient (schedule_row INTEGER NOT NULL, email TEXT NOT NULL) STRICT;
CREATE TABLE was_auth_record (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT, type TEXT, created INTEGER, updated INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE was_finding (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, qid INTEGER, app_id INTEGER, type TEXT, potential INTEGER, severity INTEGER, status TEXT, first_detected INTEGER, last_detected INTEGER, fixed INTEGER, is_ignored INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE was_catalog (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, name TEXT, url TEXT, status TEXT, created INTEGER, updated INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;

-- Global AssetView. sources: comma list of inventory sources.
CREATE TABLE gav_asset (row INTEGER PRIMARY KEY, id INTEGER NOT NULL, host_id INTEGER, agent_id TEXT, name TEXT, dns TEXT, address BLOB, os TEXT, sources TEXT, created INTEGER, modified INTEGER, agent_checked_in INTEGER, last_vm_scan INTEGER, last_vm_scan_agent INTEGER, criticality INTEGER, "offset" INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE gav_asset_tag (asset_row INTEGER NOT NULL, tag_id INTEGER, name TEXT) STRICT;
