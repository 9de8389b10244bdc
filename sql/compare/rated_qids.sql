SELECT t.qid AS id, t.title AS name, t.row, t."offset", t.length, t.qid AS record,
    t.severity
FROM vuln AS t
ORDER BY id, t.row;
