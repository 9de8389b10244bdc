-- One row an excluded range that holds at the time of the assessment, with its latest end; NULL: no end.
SELECT e.network_id, e.first, e.last, e.expires, e.row >> 24 AS response, e."offset", e.length
FROM (SELECT x.*, row_number() OVER (PARTITION BY x.network_id, x.first, x.last ORDER BY x.expires IS NOT NULL, x.expires DESC, x.row) AS place
      FROM excluded_range AS x JOIN setting AS s WHERE coalesce(x.expires >= s.as_of, 1)) AS e
WHERE e.place = 1
ORDER BY e.network_id, length(e.first), e.first, e.last;
