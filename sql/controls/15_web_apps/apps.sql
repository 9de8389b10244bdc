-- One row a web application. records, tags: how many it has, NULL where no answer says so; listed_tags:
-- how many of the tags an answer names.
SELECT a.id, a.name, a.url, a.owner_id, a.created,
    coalesce(a.auth_records, (SELECT nullif(count(*), 0) FROM web_app_auth AS u WHERE u.app_row = a.row)) AS records,
    (SELECT count(*) FROM web_app_auth AS u WHERE u.app_row = a.row) AS listed_records,
    coalesce(a.tags, (SELECT nullif(count(*), 0) FROM web_app_tag AS t WHERE t.app_row = a.row)) AS tags,
    (SELECT count(*) FROM web_app_tag AS t WHERE t.app_row = a.row) AS listed_tags,
    a.row >> 24 AS response, a."offset", a.length, coalesce(r.received, 0) AS received
FROM web_app AS a LEFT JOIN response AS r ON r.seq = a.row >> 24
ORDER BY a.id, a.row;
