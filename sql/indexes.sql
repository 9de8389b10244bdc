-- What the statements of the controls look up, created once, after the answers are loaded.
-- Everything else is read in one pass.
CREATE INDEX host_by_id ON host (id);
CREATE INDEX host_by_agent ON host (qg_hostid COLLATE NOCASE);
CREATE INDEX host_by_address ON host (ip);
CREATE INDEX host_by_ipv6 ON host (ipv6) WHERE ipv6 IS NOT NULL;
CREATE INDEX host_group_by_host ON host_group (host_row);
CREATE INDEX host_tag_by_host ON host_tag (host_row);
CREATE INDEX host_tag_by_name ON host_tag (name);
CREATE INDEX asset_by_host ON host_asset (host_id);
CREATE INDEX asset_by_agent ON host_asset (agent_id COLLATE NOCASE);
CREATE INDEX asset_by_address ON host_asset (address);
CREATE INDEX asset_group_by_id ON asset_group (id);
CREATE INDEX group_range_by_group ON group_range (group_row);
CREATE INDEX group_host_by_group ON group_host (group_row);
CREATE INDEX asset_tag_by_asset ON host_asset_tag (asset_row);
CREATE INDEX asset_tag_by_name ON host_asset_tag (name);
CREATE INDEX auth_record_range_by_record ON auth_record_range (record_row);
CREATE INDEX vuln_by_qid ON vuln (qid);
CREATE INDEX vuln_cve_by_qid ON vuln_cve (qid);
CREATE INDEX vuln_threat_by_qid ON vuln_threat (qid);
CREATE INDEX web_app_auth_by_app ON web_app_auth (app_row);
CREATE INDEX web_app_tag_by_app ON web_app_tag (app_row);
CREATE INDEX web_app_tag_by_tag ON web_app_tag (tag_id);
