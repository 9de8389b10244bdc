SELECT t.kind || '/' || t.id AS id, t.title AS name, t.row, t."offset", t.length, t.id AS record,
    t.title, t.is_global, t.owner, coalesce(q.list, '[]') AS qids
FROM search_list AS t
LEFT JOIN (SELECT list_row AS r, json_group_array(qid) AS list FROM search_list_qid GROUP BY list_row) AS q ON q.r = t.row
ORDER BY id, t.row;
