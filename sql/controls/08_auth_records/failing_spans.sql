-- Up to :spans hosts on which a record's login did not work within the window.
SELECT record_row, id, response, "offset", length FROM (
    SELECT p.record_row, h.id, h.row >> 24 AS response, h."offset", h.length,
        row_number() OVER (PARTITION BY p.record_row ORDER BY h.row) AS place
    FROM login_pair AS p JOIN login_host AS h ON h.row = p.host_row
    WHERE h.recent = 1 AND h.logged_in = 0)
WHERE place <= :spans
ORDER BY record_row, place;
