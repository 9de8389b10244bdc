-- One row an excluded address range, and when it stops to hold, if ever.
SELECT e.network_id, e.first, e.last, e.expires FROM excluded_range AS e ORDER BY e.row;
