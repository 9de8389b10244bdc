-- One row a schedule and family in its target: how many hosts need a login, and how many may have an agent.
SELECT t.schedule_row, h.os_family AS family, s.network_id, sum(h.agent IS 0) AS hosts, sum(h.agent IS NULL) AS unsure
FROM login_target AS t JOIN login_host AS h ON h.row = t.host_row JOIN scan_schedule AS s ON s.row = t.schedule_row
GROUP BY t.schedule_row, h.os_family, s.network_id
ORDER BY 1, 2;
