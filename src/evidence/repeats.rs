//! Takes out what a list gave twice: records move between pages while they are read.
use super::Error;
use rusqlite::Connection;

/// Records of a table; the later row stands.
pub(super) struct Records {
    pub(super) table: &'static str,
    /// What evidence names a record by.
    pub(super) id: &'static str,
    /// What tells them apart.
    key: &'static str,
    /// The tables of their parts, each with the column that names the record's row.
    parts: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
pub(super) const RECORDS: &[Records] = &[
    Records { table: "asset_group", id: "id", key: "id", parts: &[("group_range", "group_row"), ("group_host", "group_row"), ("group_appliance", "group_row")] },
    Records { table: "host", id: "id", key: "id", parts: &[("host_group", "host_row"), ("host_tag", "host_row")] },
    Records { table: "scan_schedule", id: "id", key: "id", parts: &[("schedule_group", "schedule_row"), ("schedule_tag", "schedule_row"), ("schedule_range", "schedule_row")] },
    Records { table: "schedule_run", id: "reference", key: "schedule_id, coalesce(reference, row)", parts: &[] },
    Records { table: "scan", id: "reference", key: "reference", parts: &[("scan_group", "scan_row")] },
    Records { table: "detection_host", id: "id", key: "id", parts: &[] },
    Records { table: "vuln", id: "qid", key: "qid", parts: &[] },
    Records { table: "user", id: "id", key: "coalesce(id, login, row)", parts: &[("user_group", "user_row"), ("user_permission", "user_row")] },
    Records { table: "host_asset", id: "id", key: "id", parts: &[("host_asset_tag", "asset_row")] },
    Records { table: "tag", id: "id", key: "id", parts: &[] },
    Records { table: "exclusion_event", id: "id", key: "coalesce(id, row)", parts: &[("exclusion_event_range", "event_row")] },
    Records { table: "option_profile", id: "id", key: "family, id", parts: &[("option_profile_list", "profile_row")] },
    Records { table: "search_list", id: "id", key: "kind, id", parts: &[("search_list_qid", "list_row")] },
    Records { table: "appliance", id: "id", key: "id", parts: &[("appliance_group", "appliance_row")] },
    Records { table: "network", id: "id", key: "id", parts: &[("network_appliance", "network_row")] },
    Records { table: "auth_record", id: "id", key: "type, id", parts: &[("auth_record_range", "record_row")] },
    Records { table: "report", id: "id", key: "id", parts: &[] },
    Records { table: "report_schedule", id: "id", key: "id", parts: &[] },
    Records { table: "report_template", id: "id", key: "id", parts: &[] },
    Records { table: "portal_user", id: "id", key: "id", parts: &[("portal_user_role", "user_row"), ("portal_user_tag", "user_row")] },
    Records { table: "connector", id: "id", key: "source, provider, id", parts: &[] },
    Records { table: "cloud_evaluation", id: "control_id", key: "provider, account, coalesce(control_id, control_name)", parts: &[] },
    Records { table: "policy", id: "id", key: "id", parts: &[("policy_group", "policy_row"), ("policy_tag", "policy_row"), ("policy_control", "policy_row"), ("policy_technology", "policy_row")] },
    Records { table: "compliance_control", id: "id", key: "source, policy_id, id", parts: &[("control_technology", "control_row")] },
    Records { table: "posture", id: "id", key: "coalesce(id, row)", parts: &[] },
    Records { table: "exception", id: "number", key: "number", parts: &[] },
    Records { table: "compliance_schedule", id: "id", key: "id", parts: &[] },
    Records { table: "compliance_scan", id: "reference", key: "reference", parts: &[] },
    Records { table: "web_app", id: "id", key: "id", parts: &[("web_app_auth", "app_row"), ("web_app_tag", "app_row")] },
    Records { table: "was_scan", id: "id", key: "id", parts: &[("was_scan_app", "scan_row")] },
    Records { table: "was_schedule", id: "id", key: "id", parts: &[("was_schedule_app", "schedule_row"), ("was_schedule_tag", "schedule_row"), ("was_schedule_recipient", "schedule_row")] },
    Records { table: "was_auth_record", id: "id", key: "id", parts: &[] },
    Records { table: "was_finding", id: "id", key: "id", parts: &[] },
    Records { table: "was_catalog", id: "id", key: "id", parts: &[] },
    Records { table: "gav_asset", id: "id", key: "id", parts: &[("gav_asset_tag", "asset_row")] },
];

/// Detections lie inside their host's record: they go with it.
const DETECTIONS: &str = "
    DELETE FROM detection WHERE row IN (
        SELECT d.row FROM detection_host AS h
        JOIN detection AS d ON d.row >= (h.row >> 24 << 24) AND d.row < ((h.row >> 24) + 1 << 24)
        WHERE d.\"offset\" >= h.\"offset\" AND d.\"offset\" < h.\"offset\" + h.length
          AND h.row NOT IN (SELECT max(row) FROM detection_host GROUP BY id))";

/// The knowledge base's lists name a QID, not a row: what both answers say stands once.
const VULN_PARTS: &str = "
    DELETE FROM vuln_cve WHERE rowid NOT IN (SELECT min(rowid) FROM vuln_cve GROUP BY qid, cve);
    DELETE FROM vuln_threat
    WHERE rowid NOT IN (SELECT min(rowid) FROM vuln_threat GROUP BY qid, indicator);";

/// Rows of the activity log have no id, and two equal ones in one answer are two events. The n-th
/// of equal rows in one answer is the n-th of them in another.
const ACTIVITY: &str = "
    DELETE FROM activity WHERE row NOT IN (
        SELECT max(row) FROM (
            SELECT row, time, action, module, details, login, role, ip, row_number() OVER (
                PARTITION BY row >> 24, time, action, module, details, login, role, ip ORDER BY row
            ) AS n FROM activity)
        GROUP BY time, action, module, details, login, role, ip, n)";

/// A host's logins stand together in its record: those of its later answer stand.
const LOGINS: &str = "
    DELETE FROM auth_detection WHERE (host_id, row >> 24) NOT IN (
        SELECT host_id, max(row >> 24) FROM auth_detection GROUP BY host_id)";

/// What an application's own answer says is more than the search says.
const WEB_APPS: &str = "
    DELETE FROM web_app_auth WHERE app_row IN (SELECT row FROM web_app AS a WHERE NOT a.detailed
        AND a.id IN (SELECT id FROM web_app WHERE detailed));
    DELETE FROM web_app_tag WHERE app_row IN (SELECT row FROM web_app AS a WHERE NOT a.detailed
        AND a.id IN (SELECT id FROM web_app WHERE detailed));
    DELETE FROM web_app WHERE NOT detailed AND id IN (SELECT id FROM web_app WHERE detailed);";

/// Schedules of both kinds have recipients.
const RECIPIENTS: &str = "
    DELETE FROM schedule_recipient WHERE schedule_row NOT IN (
        SELECT row FROM scan_schedule UNION ALL SELECT row FROM compliance_schedule)";

pub(super) fn remove(connection: &Connection) -> Result<(), Error> {
    connection.execute(DETECTIONS, ())?;
    connection.execute(LOGINS, ())?;
    connection.execute_batch(WEB_APPS)?;
    for Records { table, id, key, parts } in RECORDS {
        connection.execute(
            &format!(
                "INSERT INTO repeated SELECT row >> 24, CAST({id} AS TEXT) FROM {table} \
                 WHERE {id} IS NOT NULL GROUP BY row >> 24, {id} HAVING count(*) > 1 \
                 ON CONFLICT DO NOTHING"
            ),
            (),
        )?;
        let removed = connection.execute(
            &format!(
                "DELETE FROM {table} WHERE row NOT IN (SELECT max(row) FROM {table} GROUP BY {key})"
            ),
            (),
        )?;
        if removed == 0 {
            continue;
        }
        for (part, parent) in *parts {
            let orphans =
                format!("DELETE FROM {part} WHERE {parent} NOT IN (SELECT row FROM {table})");
            connection.execute(&orphans, ())?;
        }
        if *table == "vuln" {
            connection.execute_batch(VULN_PARTS)?;
        }
    }
    connection.execute(RECIPIENTS, ())?;
    let pages: i64 = connection.query_row(
        "SELECT count(*) FROM response WHERE endpoint = 'vm/activity-log'",
        (),
        |row| row.get(0),
    )?;
    if pages > 1 {
        connection.execute(ACTIVITY, ())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Model;

    #[test]
    fn an_id_that_one_body_gives_twice_is_remembered() {
        let model = Model::empty().unwrap();
        let connection = model.connection();
        // Host 7 twice in answer 3; host 8 in answers 3 and 4, as a moving page gives it.
        for (seq, ordinal, id) in [(3, 0, 7), (3, 1, 7), (3, 2, 8), (4, 0, 8)] {
            connection
                .execute(
                    "INSERT INTO host (row, id, offset, length) VALUES (?1 << 24 | ?2, ?3, 0, 1)",
                    (seq, ordinal, id),
                )
                .unwrap();
        }
        remove(connection).unwrap();
        let all = |sql: &str| -> Vec<(i64, i64)> {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        let repeated = all("SELECT response, CAST(id AS INTEGER) FROM repeated");
        assert_eq!(repeated, [(3, 7)]);
        assert_eq!(all("SELECT row >> 24, id FROM host ORDER BY row"), [(3, 7), (4, 8)]);
    }
}
