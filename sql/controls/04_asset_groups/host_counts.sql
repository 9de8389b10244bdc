-- How many hosts there are, and how they stand to each question.
SELECT count(*) AS hosts,
    count(*) FILTER (WHERE NOT h.grouped AND h.tagged = 0 AND NOT h.maybe_gone) AS orphans,
    count(*) FILTER (WHERE NOT h.grouped AND h.tagged = 0 AND h.maybe_gone) AS perhaps_orphans,
    count(*) FILTER (WHERE NOT h.grouped AND h.tagged IS NULL AND NOT h.unlisted) AS tags_unseen,
    count(*) FILTER (WHERE NOT h.grouped AND h.tagged IS NULL AND h.unlisted) AS tags_unlisted,
    count(*) FILTER (WHERE NOT h.stale) AS live,
    count(*) FILTER (WHERE NOT h.stale AND h.matched = 0 AND h.declared = 0 AND NOT h.maybe_gone) AS strangers,
    count(*) FILTER (WHERE NOT h.stale AND h.matched = 0 AND h.declared = 0 AND h.maybe_gone) AS perhaps_strangers,
    count(*) FILTER (WHERE NOT h.stale AND h.matched IS NULL AND NOT coalesce(h.declared, 0)) AS doubtful,
    count(*) FILTER (WHERE NOT h.stale AND h.matched = 0 AND h.declared IS NULL) AS nowhere,
    count(*) FILTER (WHERE h.stale AND NOT h.maybe_gone) AS stale,
    count(*) FILTER (WHERE h.stale AND h.maybe_gone) AS perhaps_stale,
    count(*) FILTER (WHERE h.seen IS NULL) AS undated
FROM owned_host AS h
ORDER BY 1;
