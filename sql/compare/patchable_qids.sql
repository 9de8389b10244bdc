SELECT t.qid AS id, t.title AS name, t.row, t."offset", t.length, t.qid AS record,
    t.patchable
FROM vuln AS t
ORDER BY id, t.row;
