-- Open detections by what tells them apart. open_detection is what control 10 counts.
SELECT o.qid, o.host_id, d.port, lower(d.protocol) AS protocol, d.instance, o.class, o.qds, d.times_reopened, d.last_reopened,
    o.row >> 24 AS response, d."offset", d.length
FROM open_detection AS o JOIN detection AS d ON d.row = o.row
WHERE o.bucket = 'open'
ORDER BY o.qid, o.host_id, d.port, 4, d.instance, o.row;
