-- One row an excluded address range, with its bytes, and when it stops to hold, if ever.
SELECT e.network_id, e.first, e.last, e.expires, e.row >> 24 AS response, e."offset", e.length FROM excluded_range AS e ORDER BY e.row;
