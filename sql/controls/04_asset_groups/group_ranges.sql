-- One row an address range of an asset group.
SELECT r.group_row, r.network_id, r.first, r.last FROM group_range AS r ORDER BY r.group_row, r.network_id, r.first, r.last;
