-- Sorts scans and findings of web applications for the statements beside this one; SQLite reads
-- the tables through these views.
DROP VIEW IF EXISTS temp.web_scan;
DROP VIEW IF EXISTS temp.web_finding;
-- One row a scan and application. launched: NULL where it is missing or lies in the future. test:
-- whether it looked for vulnerabilities, NULL where that is not said. useful, of such a scan that ended:
-- its results are there; a scan that was cut short may have some (RESULTS_STATUS says so).
-- completed: it ended as planned. Both are NULL where a word is missing.
CREATE TEMP VIEW web_scan AS
SELECT w.app_id, w.row, w.id, w.received, w.launched, w.status, w.results_status, w.auth_status, w.test, w."offset", w.length,
    w.status IN ('SUBMITTED', 'RUNNING', 'PROCESSING') OR w.results_status IN ('TO_BE_PROCESSED', 'PROCESSING', 'SUBMITTED', 'RUNNING', 'CANCELING') AS underway,
    CASE
        WHEN w.results_status IN ('SUCCESSFUL', 'FINISHED', 'CANCELED_WITH_RESULTS') THEN CASE WHEN w.status <> '' AND w.test THEN 1 END
        WHEN w.results_status = '' AND w.status IN ('', 'FINISHED') THEN NULL
        ELSE 0
    END AS useful,
    CASE
        WHEN w.status = '' OR w.results_status = '' AND w.status = 'FINISHED' THEN NULL
        ELSE w.status = 'FINISHED' AND w.results_status IN ('SUCCESSFUL', 'FINISHED')
    END AS completed
FROM (
    SELECT x.app_id, s.row, s.id, r.received,
        CASE WHEN s.launched <= max(p.as_of, r.received + p.skew) THEN s.launched END AS launched,
        upper(coalesce(s.status, '')) AS status, upper(coalesce(s.results_status, '')) AS results_status, upper(s.auth_status) AS auth_status,
        s.type = 'VULNERABILITY' COLLATE NOCASE AS test, s."offset", s.length
    FROM was_scan_app AS x
    JOIN was_scan AS s ON s.row = x.scan_row
    JOIN setting AS p
    LEFT JOIN response AS r ON r.seq = s.row >> 24
) AS w;
-- Every finding in one bucket. A finding that no bucket claims is `unknown`. Protected ones are
-- open behind a firewall rule. class and age: NULL where they are not known.
CREATE TEMP VIEW web_finding AS
SELECT f.row, f.id, f.app_id, f.qid, f.first_detected, f."offset", f.length,
    CASE
        WHEN f.type = 'INFORMATION_GATHERED' COLLATE NOCASE THEN 'info'
        WHEN f.status = 'FIXED' COLLATE NOCASE THEN 'fixed'
        WHEN f.is_ignored = 1 THEN 'ignored'
        WHEN f.potential = 1 AND NOT p.potential THEN 'potential'
        WHEN f.status = 'PROTECTED' COLLATE NOCASE THEN 'protected'
        WHEN f.status COLLATE NOCASE IN ('NEW', 'ACTIVE', 'REOPENED', 'RE-OPENED') THEN 'open'
        ELSE 'unknown'
    END AS bucket,
    CASE f.severity WHEN 5 THEN 'critical' WHEN 4 THEN 'high' WHEN 3 THEN 'medium' WHEN 2 THEN 'low' WHEN 1 THEN 'info' END AS class,
    CASE WHEN f.first_detected <= max(p.as_of, coalesce(r.received, 0) + p.skew) THEN max(p.as_of - f.first_detected, 0) END AS age
FROM was_finding AS f JOIN setting AS p LEFT JOIN response AS r ON r.seq = f.row >> 24;
