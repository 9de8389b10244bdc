-- One row a record: how it keeps its secret, whether its addresses are in the subscription or a group,
-- and what became of the logins on the hosts that it serves and that were scanned within the window.
-- shared: logins on hosts that another record serves too.
WITH outcome AS (
    SELECT p.record_row, sum(h.recent IS 1) AS hosts, sum(h.recent IS 1 AND h.logged_in IS 1) AS logged_in,
        sum(h.recent IS 1 AND h.logged_in IS 1 AND EXISTS (SELECT 1 FROM login_pair AS q WHERE q.host_row = p.host_row AND q.record_row <> p.record_row)) AS shared,
        sum(h.recent IS 1 AND h.logged_in IS NULL) AS unsure, sum(h.recent IS NULL) AS undated, sum(h.recent IS 1 AND h.agent IS 1) AS agents
    FROM login_pair AS p JOIN login_host AS h ON h.row = p.host_row
    GROUP BY p.record_row
)
SELECT r.row, r.type, r.sub_type, r.id, r.title, trim(r.username) AS username, lower(trim(r.domain)) AS domain, r.network_id, r.login_type, r.created, r.modified, r.active,
    r.whole_domain AND r.domain IS NOT NULL AS everywhere,
    EXISTS (SELECT 1 FROM auth_record_range AS g WHERE g.record_row = r.row) AS has_ranges,
    EXISTS (SELECT 1 FROM auth_record_range AS g WHERE g.record_row = r.row AND (
        (SELECT k.upto FROM known_range AS k WHERE k.network_id = r.network_id AND k.bytes = length(g.first) AND k.first <= g.last ORDER BY k.first DESC LIMIT 1) >= g.first
        OR (SELECT k.upto FROM known_range AS k WHERE k.network_id = -1 AND k.bytes = length(g.first) AND k.first <= g.last ORDER BY k.first DESC LIMIT 1) >= g.first)) AS within,
    r.row IN (SELECT record_row FROM login_record) AS serves,
    coalesce(o.hosts, 0) AS hosts, coalesce(o.logged_in, 0) AS logged_in, coalesce(o.shared, 0) AS shared, coalesce(o.unsure, 0) AS unsure, coalesce(o.undated, 0) AS undated, coalesce(o.agents, 0) AS agents,
    r.row >> 24 AS response, r."offset", r.length, a.received
FROM auth_record AS r LEFT JOIN outcome AS o ON o.record_row = r.row LEFT JOIN response AS a ON a.seq = r.row >> 24
WHERE r.row = (SELECT min(o.row) FROM auth_record AS o WHERE o.type = r.type AND o.id = r.id)
ORDER BY r.type, r.id;
