SELECT t.qid AS id, t.title AS name, t.row, t."offset", t.length, t.qid AS record,
    t.is_disabled
FROM vuln AS t
ORDER BY id, t.row;
