//! Control 5: connectors in two lists, at the limits, and the accounts that have none.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState::{Fail, NotApplicable, NotAssessed, Pass, Warn};
use qualys_sec_inspector::finding::Outcome;
use qualys_sec_inspector::profile::{Asset, Assets, CloudAccount, CloudAccounts, Inputs};

use crate::case::{AS_OF, CONNECTORS, Case, shown};

fn account(provider: &str, account: &str, monitored: bool) -> CloudAccount {
    CloudAccount {
        provider: provider.to_owned(),
        account: account.to_owned(),
        name: Some(format!("the {account} account")),
        owner: None,
        env: None,
        monitored,
    }
}

/// Of the fixture: connected, disabled, nowhere, not meant to be connected, disabled by its state.
fn accounts() -> Vec<CloudAccount> {
    vec![
        account("aws", "2000-0000-0001", true),
        account("aws", "200000000014", true),
        account("gcp", "example-absent", true),
        account("gcp", "example-lab", false),
        account("azure", "aaaa0000-1111-4222-8333-444455556666", true),
    ]
}

#[test]
fn fixture() {
    let case = Case::new(5, CONNECTORS).set(|profile| profile.cloud.account = accounts());
    insta::assert_snapshot!(shown(&case.report()));
}

/// One connector of AWS that both lists show, and a host of its account.
fn healthy() -> String {
    format!(
        "INSERT INTO response VALUES (1, 'am/aws-connectors', 1, '3.0', {AS_OF}, 'a1', 900, 1), (2, 'cloud/aws-connectors', 1, '1.0', {AS_OF}, 'a2', 900, 1), (3, 'am/host-assets', 1, '2.0', {AS_OF}, 'a3', 900, 1);
         INSERT INTO connector (row, source, provider, id, uuid, name, state, account, last_sync, never_synced, disabled, has_error, polling_minutes, total_assets, \"offset\", length) VALUES
             ((1 << 24) + 1, 'assetview', 'aws', '91', 'uuid-1', 'one', 'FINISHED_SUCCESS', '111122223333', {AS_OF} - 60, 0, 0, 0, 240, NULL, 0, 90),
             ((2 << 24) + 1, 'cloudview', 'aws', 'uuid-1', 'uuid-1', 'one', 'SUCCESS', '111122223333', {AS_OF} - 60, 0, 0, 0, 240, 7, 0, 90);
         INSERT INTO host_asset (row, id, cloud_provider, instance_state, cloud_account, \"offset\", length) VALUES ((3 << 24) + 1, 701, 'AWS', 'RUNNING', '111122223333', 0, 90);"
    )
}

#[test]
fn healthy_connectors_have_no_finding() {
    let rows = healthy();
    let declared = vec![account("aws", "111122223333", true)];
    let case = Case::new(5, &rows).set(|profile| profile.cloud.account = declared);
    assert_eq!(case.keys(""), Vec::<String>::new());
    assert_eq!(case.outcome(), Outcome::Pass, "{}", shown(&case.report()));
    for check in ["01", "02", "03", "04", "05", "06", "07", "08"] {
        assert_eq!(case.check(&format!("C05-{check}")).0, Pass, "{check}");
    }
}

#[test]
fn accounts_are_declared_in_the_profile_or_in_a_file() {
    let rows = healthy();
    let absent = || vec![account("azure", "0000-1111", true)];
    let state = |case: Case<'_>| case.check("C05-05").0;
    assert_eq!(state(Case::new(5, &rows)), NotApplicable);
    assert_eq!(state(Case::new(5, &rows).set(|profile| profile.cloud.account = absent())), Fail);
    let file =
        |entries| Inputs { cloud_accounts: Some(CloudAccounts { entries }), ..Inputs::default() };
    assert_eq!(state(Case::new(5, &rows).inputs(file(absent()))), Fail);
    let unmonitored = vec![account("azure", "0000-1111", false)];
    assert_eq!(state(Case::new(5, &rows).inputs(file(unmonitored))), NotApplicable);
    // Nothing is connected, and something is declared.
    let declared = Case::new(5, "").inputs(file(absent()));
    assert_eq!(declared.outcome(), Outcome::Fail);
}

#[test]
fn hosts_of_a_declared_account_are_no_surprise() {
    let foreign = format!("{} UPDATE host_asset SET cloud_account = '222233334444';", healthy());
    let case = Case::new(5, &foreign);
    assert_eq!(case.keys("C05-06"), ["C05-06:cloud_account:aws/222233334444"]);
    let left_out = vec![account("aws", "222233334444", false)];
    let case = Case::new(5, &foreign).set(|profile| profile.cloud.account = left_out);
    assert_eq!(case.check("C05-06").0, Pass);
    let gone = format!("{foreign} UPDATE host_asset SET instance_state = 'TERMINATED';");
    assert_eq!(Case::new(5, &gone).check("C05-06").0, NotApplicable);
    // A connector whose account is not known may be the one.
    let unsaid = format!("{foreign} UPDATE connector SET account = NULL;");
    assert_eq!(Case::new(5, &unsaid).check("C05-06").0, NotAssessed);
}

#[test]
fn hosts_of_no_said_account_are_unknown() {
    let rows = healthy();
    let check = |change: &str| Case::new(5, &rows).change(change).check("C05-06");
    let more = "INSERT INTO host_asset (row, id, cloud_provider, instance_state, \"offset\", length) VALUES
        ((3 << 24) + 2, 702, 'Azure', 'RUNNING', 90, 90), ((3 << 24) + 3, 703, 'Azure', NULL, 180, 90);";
    let (state, reason) = check(more);
    assert_eq!(state, Warn);
    let reason = reason.unwrap();
    assert!(reason.contains("1 of 2 unknown") && reason.contains("2 hosts of azure"), "{reason}");
    // Nobody else, gone ones, other clouds, none at all.
    assert_eq!(
        check(&format!("{more} UPDATE host_asset SET cloud_account = NULL;")).0,
        NotAssessed
    );
    for change in
        ["instance_state = 'terminated'", "cloud_provider = 'OCI'", "cloud_provider = NULL"]
    {
        let change = format!("{more} UPDATE host_asset SET {change} WHERE id > 701;");
        assert_eq!(check(&change).0, Pass, "{change}");
    }
    // The host list names the cloud, the portal does not know the host.
    let alone = "INSERT INTO host (row, id, ip, cloud_provider, \"offset\", length) VALUES ((4 << 24) + 1, 1, X'0A000001', 'gcp', 0, 90);";
    let (state, reason) = check(alone);
    assert_eq!(state, Warn);
    assert!(reason.unwrap().contains("1 host of gcp"));
    let known = format!("{alone} UPDATE host_asset SET host_id = 1;");
    assert_eq!(check(&known).0, Pass);
}

#[test]
fn either_list_is_enough_and_none_is_not() {
    let rows = healthy();
    for (source, endpoint) in [("assetview", "am"), ("cloudview", "cloud")] {
        let missing: Vec<String> =
            ["aws", "azure", "gcp"].map(|one| format!("{endpoint}/{one}-connectors")).into();
        for state in [State::Denied, State::NotSubscribed, State::Failed] {
            let reach: Vec<(&str, State)> =
                missing.iter().map(|one| (one.as_str(), state)).collect();
            let change = format!("DELETE FROM connector WHERE source = '{source}';");
            let case = Case::new(5, &rows).change(&change).reach(&reach);
            assert_eq!(case.outcome(), Outcome::Pass, "{source}: {}", shown(&case.report()));
        }
    }
    // The asset view does not show how many assets a connector brings.
    let asset_view = "DELETE FROM connector WHERE source = 'cloudview';";
    assert_eq!(Case::new(5, &rows).change(asset_view).check("C05-07").0, NotAssessed);
    let denied = [("am/aws-connectors", State::Denied), ("cloud/aws-connectors", State::Denied)];
    let case = Case::new(5, &rows).change("DELETE FROM connector;").reach(&denied);
    assert_eq!(case.outcome(), Outcome::NotAssessed);
    // Without all lists no account lacks a connector, but what was read is proven.
    let broken = "UPDATE connector SET state = 'ERROR', account = '1';";
    let gcp = [("am/gcp-connectors", State::Denied), ("cloud/gcp-connectors", State::Truncated)];
    let case = Case::new(5, &rows).change(broken).reach(&gcp);
    assert_eq!((case.check("C05-01").0, case.check("C05-06").0), (Fail, NotAssessed));
}

#[test]
fn without_the_module_nothing_is_judged() {
    let reach: Vec<(&str, State)> = [
        "am/aws-connectors",
        "am/azure-connectors",
        "am/gcp-connectors",
        "cloud/aws-connectors",
        "cloud/azure-connectors",
        "cloud/gcp-connectors",
    ]
    .map(|endpoint| (endpoint, State::Denied))
    .into();
    assert_eq!(Case::new(5, "").reach(&reach).outcome(), Outcome::NotAssessed);
}

/// The clock of a connector is its newest synchronisation; its limit its own interval or the profile's.
#[test]
fn freshness() {
    let rows = healthy();
    let after = |change: &str| {
        let case = Case::new(5, &rows).change(change);
        let findings = case.report().findings;
        let severity = findings.iter().find(|one| one.check == "C05-02").map(|one| one.severity);
        (case.check("C05-02").0, severity.map(qualys_sec_inspector::finding::Severity::word))
    };
    let synced = |seconds: i64, rest: &str| {
        format!("UPDATE connector SET last_sync = {AS_OF} - {seconds} {rest};")
    };
    assert_eq!(after(&synced(86_400, "")), (Pass, None));
    assert_eq!(after(&synced(86_401, "")), (Fail, Some("medium")));
    assert_eq!(after(&synced(86_401, "WHERE source = 'assetview'")), (Pass, None));
    assert_eq!(after(&synced(7 * 86_400, "")), (Fail, Some("medium")));
    assert_eq!(after(&synced(7 * 86_400 + 1, "")), (Fail, Some("high")));
    assert_eq!(after(&synced(3 * 86_400, ", polling_minutes = 1440")), (Pass, None));
    assert_eq!(after(&synced(3 * 86_400 + 1, ", polling_minutes = 1440")), (Fail, Some("medium")));
    assert_eq!(after(&synced(-86_400, "")), (Pass, None));
    assert_eq!(after(&synced(-86_401, "")), (NotAssessed, None));
}

#[test]
fn an_error_beside_success_is_an_error() {
    let rows = healthy();
    let state = |change: &str| Case::new(5, &rows).change(change).check("C05-01").0;
    assert_eq!(state("UPDATE connector SET has_error = 1 WHERE source = 'assetview';"), Fail);
    assert_eq!(
        state("UPDATE connector SET state = 'incomplete' WHERE source = 'cloudview';"),
        Fail
    );
    assert_eq!(
        state("UPDATE connector SET state = 'FAILED' WHERE source = 'cloudview';"),
        NotAssessed
    );
    assert_eq!(state("UPDATE connector SET state = NULL WHERE source = 'cloudview';"), Pass);
    assert_eq!(state("UPDATE connector SET state = 'DISABLED', has_error = 1;"), NotApplicable);
    // Nobody says whether it is enabled.
    let unsaid = "UPDATE connector SET disabled = NULL, has_error = 1;";
    assert_eq!(state(unsaid), NotAssessed);
    let case = Case::new(5, &rows).change(unsaid);
    assert_eq!((case.check("C05-03").0, case.check("C05-02").0), (NotAssessed, Pass));
}

#[test]
fn one_connector_in_two_lists_is_no_double() {
    let rows = healthy();
    let state = |change: &str| Case::new(5, &rows).change(change).check("C05-08").0;
    // Without the common id, account and role tell that they are one.
    assert_eq!(state("UPDATE connector SET uuid = NULL WHERE source = 'assetview';"), Pass);
    let other_role = "UPDATE connector SET uuid = NULL, arn = 'arn:aws:iam::111122223333:role/b' WHERE source = 'assetview';";
    assert_eq!(state(other_role), Fail);
    // Pages that overlap show one connector twice.
    let twice = "UPDATE connector SET uuid = NULL, id = '91', source = 'assetview';";
    assert_eq!(state(twice), Pass);
    let disabled = "UPDATE connector SET uuid = 'uuid-2', disabled = 1 WHERE source = 'assetview';";
    assert_eq!(state(disabled), Pass);
    let unsaid =
        "UPDATE connector SET uuid = 'uuid-2', disabled = NULL WHERE source = 'assetview';";
    assert_eq!(state(unsaid), NotAssessed);
}

#[test]
fn an_unknown_state_warns_beside_a_known_one() {
    let rows = format!(
        "{} INSERT INTO connector (row, source, provider, id, uuid, name, state, account, last_sync, never_synced, disabled, has_error, total_assets, \"offset\", length)
         VALUES ((2 << 24) + 2, 'cloudview', 'aws', 'uuid-2', 'uuid-2', 'two', 'HIBERNATING', '222233334444', {AS_OF} - 60, 0, 0, 0, 7, 100, 90);",
        healthy()
    );
    let case = Case::new(5, &rows);
    assert_eq!((case.check("C05-01").0, case.outcome()), (Warn, Outcome::Warn));
}

#[test]
fn hosts_that_are_gone_need_no_connector() {
    let foreign = format!(
        "{} UPDATE host_asset SET cloud_account = '222233334444', host_id = 5, instance_id = 'i-5';
         INSERT INTO response VALUES (4, 'vm/hosts', 1, '5.0', {AS_OF}, 'a4', 900, 1);
         INSERT INTO host (row, id, cloud_resource_id, \"offset\", length) VALUES ((4 << 24) + 1, 5, 'i-5', 0, 90);",
        healthy()
    );
    let state = |status: &str| {
        let asset = Asset {
            id: "A-5".to_owned(),
            instance_id: Some("i-5".to_owned()),
            status: Some(status.to_owned()),
            ..Asset::default()
        };
        let assets = Some(Assets { entries: vec![asset] });
        let case = Case::new(5, &foreign).inputs(Inputs { assets, ..Inputs::default() });
        case.check("C05-06").0
    };
    assert_eq!(state("active"), Fail);
    assert_eq!(state("decommissioned"), NotApplicable);
}

/// A host that the inventory calls decommissioned, and the portal does not know, hides no other one.
#[test]
fn what_is_decommissioned_says_nothing_of_others() {
    let rows = format!(
        "{} INSERT INTO host (row, id, ip, cloud_provider, \"offset\", length) VALUES ((4 << 24) + 1, 1, X'0A000001', 'gcp', 0, 90);
         INSERT INTO host_asset (row, id, cloud_provider, instance_state, \"offset\", length) VALUES ((3 << 24) + 2, 702, 'Azure', 'RUNNING', 90, 90);",
        healthy()
    );
    let asset = Asset {
        id: "a1".to_owned(),
        ip: Some(vec![10, 0, 0, 1]),
        status: Some("decommissioned".to_owned()),
        ..Asset::default()
    };
    let assets = Some(Assets { entries: vec![asset] });
    let (state, reason) =
        Case::new(5, &rows).inputs(Inputs { assets, ..Inputs::default() }).check("C05-06");
    assert_eq!(state, Warn);
    let reason = reason.unwrap();
    assert!(reason.contains("1 host of azure") && !reason.contains("gcp"), "{reason}");
}

#[test]
fn five_hosts_of_an_account_are_shown() {
    let hosts = format!(
        "{} INSERT INTO host_asset (row, id, cloud_provider, cloud_account, \"offset\", length)
         WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 9)
         SELECT (3 << 24) + i, 700 + i, 'AWS', '222233334444', i * 100, 90 FROM n;",
        healthy()
    );
    let evidence = Case::new(5, &hosts).evidence("C05-06");
    let shown: Vec<_> = evidence.iter().filter(|id| id.starts_with("ev:3#")).collect();
    assert_eq!(shown, ["ev:3#702", "ev:3#703", "ev:3#704", "ev:3#705", "ev:3#706"]);
}
