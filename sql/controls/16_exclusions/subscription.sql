-- Whether the subscription holds anything that could be excluded, and whether hosts show tags.
SELECT EXISTS (SELECT 1 FROM ip_range) OR EXISTS (SELECT 1 FROM asset_group) OR EXISTS (SELECT 1 FROM host) OR EXISTS (SELECT 1 FROM excluded_range) AS holds,
    EXISTS (SELECT 1 FROM host_tag) OR EXISTS (SELECT 1 FROM host_asset_tag) AS tags_seen
ORDER BY 1;
