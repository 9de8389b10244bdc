//! Portal users and versions, cloud connectors and evaluations, the asset inventory.
use crate::subscription::Run;
use crate::{answer, loaded, model, model_at, pointed, seconds, select};
use qualys_sec_inspector::bundle::completeness::EndpointState::{Empty, Present};

#[test]
fn users_have_roles_and_tags_in_wrappers_or_bare() {
    let body = answer("am/users");
    let model = model("am/users", &body);
    let sql = "SELECT id, login, first_name, last_name, email FROM portal_user ORDER BY row";
    let expected = ["9001|example_ab1|Sam|Sample|sam@example.com", "9002|example_cd2|-|-|-"];
    assert_eq!(select(&model, sql), expected);
    let roles = select(&model, "SELECT user_row & 0xFF, name FROM portal_user_role");
    assert_eq!(roles, ["0|Manager", "0|WAS Reader", "1|Reader"]);
    let tags = select(&model, "SELECT user_row & 0xFF, tag_id, name FROM portal_user_tag");
    assert_eq!(tags, ["1|701|Plant"]);
    assert!(pointed(&model, "portal_user", &body).starts_with("{\"User\":{\"id\":9001"));
}

#[test]
fn counts_and_versions() {
    for (endpoint, count) in [("am/host-asset-count", 1284), ("gav/asset-count", 1300)] {
        let model = model(endpoint, &answer(endpoint));
        let rows = select(&model, "SELECT endpoint, count FROM asset_count");
        assert_eq!(rows, [format!("{endpoint}|{count}")]);
    }
    let model = model("am/versions", &answer("am/versions"));
    let rows = select(&model, "SELECT component, version FROM portal_version ORDER BY row");
    let expected = [
        "PortalApplication|3.20",
        "QWEB__VM|10.1",
        "WEB|10.39",
        "SCANNER|13.4.22-1",
        "VULNSIGS|2.6.420-2",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_count_without_a_number_is_no_count() {
    let body = b"<ServiceResponse><responseCode>SUCCESS</responseCode></ServiceResponse>";
    let mut run = Run::new(&["am/host-asset-count"]);
    run.page("am/host-asset-count", None, &[], body);
    run.outcome("am/host-asset-count", Empty, 1);
    let (_, coverage, _) = loaded(run);
    let row = coverage.iter().find(|row| row.endpoint == "am/host-asset-count").unwrap();
    assert_eq!(row.state.word(), "parse_error");
}

/// The gateway answers 204 and nothing where it has no data, to a count too.
#[test]
fn silence_of_the_gateway_is_an_empty_inventory() {
    for endpoint in ["gav/asset-count", "gav/assets"] {
        let mut run = Run::new(&[endpoint]);
        run.page(endpoint, None, &[], b"");
        run.outcome(endpoint, Empty, 1);
        let (model, coverage, _) = loaded(run);
        let row = coverage.iter().find(|row| row.endpoint == endpoint).unwrap();
        assert_eq!((row.state.word(), row.pages, row.records), ("empty", 1, 0), "{endpoint}");
        assert_eq!(select(&model, "SELECT count FROM asset_count"), Vec::<String>::new());
    }
}

const CONNECTOR: &str = "SELECT source, provider, id, uuid, name, state, account, arn, last_sync, never_synced, next_sync, created, disabled, has_error, polling_minutes, total_assets FROM connector ORDER BY row";

#[test]
fn connectors_of_the_asset_view() {
    let of_aws = model("am/aws-connectors", &answer("am/aws-connectors"));
    let (last, next) = (seconds("2026-03-28T01:00:00Z"), seconds("2026-03-28T05:00:00Z"));
    let created = seconds("2025-05-01");
    let expected = [
        format!(
            "assetview|aws|31|0c1d2e3f-0000-4000-8000-000000000031|Production|FINISHED_SUCCESS|000000000001|arn:aws:iam::000000000001:role/scan|{last}|0|{next}|{created}|0|0|240|12"
        ),
        "assetview|aws|32|-|-|ERROR|-|-|-|1|-|-|1|1|-|-".to_owned(),
    ];
    assert_eq!(select(&of_aws, CONNECTOR), expected);
    let of_azure = model("am/azure-connectors", &answer("am/azure-connectors"));
    let expected =
        "assetview|azure|41|-|Azure|PENDING|00000000-0000-4000-8000-000000000041|-|-|1|-|-|-|0|-|-";
    assert_eq!(select(&of_azure, CONNECTOR), [expected]);
    // A date that cannot be read is no proof of "never".
    let of_gcp = model("am/gcp-connectors", &answer("am/gcp-connectors"));
    let expected = "assetview|gcp|51|-|GCP|SUCCESS|sample-project|-|-|-|-|-|-|0|-|-";
    assert_eq!(select(&of_gcp, CONNECTOR), [expected]);
}

#[test]
fn deleted_connectors_are_none_and_dates_may_be_wrapped() {
    let body = String::from_utf8(answer("am/aws-connectors")).unwrap();
    let last = "\"lastSync\":\"2026-03-28T01:00:00Z\"";
    assert!(body.contains(last) && body.contains("\"id\":32"));
    let wrapped = body.replace(last, "\"lastSync\":{\"date\":\"2026-03-28T01:00:00Z\"}");
    let changed = wrapped.replace("\"id\":32", "\"id\":32,\"isDeleted\":\"true\"");
    let of_aws = model("am/aws-connectors", changed.as_bytes());
    let rows = select(&of_aws, "SELECT id, last_sync, never_synced FROM connector");
    assert_eq!(rows, [format!("31|{}|0", seconds("2026-03-28T01:00:00Z"))]);
}

#[test]
fn connectors_of_cloudview() {
    let body = answer("cloud/aws-connectors");
    let of_aws = model("cloud/aws-connectors", &body);
    let (last, next) = (seconds("2026-01-30T06:29:04Z"), seconds("2026-01-30T10:29:04Z"));
    let (one, two) =
        ("0c1d2e3f-0000-4000-8000-000000000031", "0c1d2e3f-0000-4000-8000-000000000032");
    let expected = [
        format!(
            "cloudview|aws|{one}|{one}|Production|Completed successfully|000000000001|arn:aws:iam::000000000001:role/scan|{last}|0|{next}|{}|0|0|270|12",
            seconds("2025-01-01")
        ),
        format!("cloudview|aws|{two}|{two}|-|ERROR|-|-|-|1|-|-|1|1|-|-"),
    ];
    assert_eq!(select(&of_aws, CONNECTOR), expected);
    assert!(pointed(&of_aws, "connector", &body).starts_with("{\"name\":\"Production\""));
    let accounts = "SELECT provider, account, never_synced FROM connector";
    let of_azure = model("cloud/azure-connectors", &answer("cloud/azure-connectors"));
    let expected = ["azure|00000000-0000-4000-8000-000000000041|1"];
    assert_eq!(select(&of_azure, accounts), expected);
    let of_gcp = model("cloud/gcp-connectors", &answer("cloud/gcp-connectors"));
    assert_eq!(select(&of_gcp, accounts), ["gcp|sample-project|-"]);
}

#[test]
fn an_evaluation_belongs_to_the_account_in_the_path() {
    let sql = "SELECT provider, account, control_id, control_name, criticality, result, passed, failed FROM cloud_evaluation";
    for provider in ["aws", "azure", "gcp"] {
        let endpoint = format!("cloud/{provider}-evaluations");
        let path = format!("/private/cloudview-api/rest/v1/{provider}/evaluations/acct-7");
        let model = model_at(&path, &endpoint, &[], &answer(&endpoint));
        let expected = format!("{provider}|acct-7|41|Buckets are private|HIGH|FAIL|3|2");
        assert_eq!(select(&model, sql), [expected]);
    }
}

#[test]
fn evaluations_of_all_accounts_stand_side_by_side() {
    let body = answer("cloud/aws-evaluations");
    let mut run = Run::new(&["cloud/aws-evaluations"]);
    for account in ["000000000001", "000000000002"] {
        let path = format!("/cloudview-api/rest/v1/aws/evaluations/{account}");
        run.page_at(&path, "cloud/aws-evaluations", None, &[("pageNo", "0")], &body);
    }
    run.outcome("cloud/aws-evaluations", Present, 2);
    let (model, ..) = loaded(run);
    let rows = select(&model, "SELECT account FROM cloud_evaluation ORDER BY account");
    assert_eq!(rows, ["000000000001", "000000000002"]);
}

#[test]
fn the_inventory_mixes_dates() {
    let body = answer("gav/assets");
    let model = model("gav/assets", &body);
    let sql = "SELECT id, host_id, agent_id, name, dns, address, os, sources, created, modified, agent_checked_in, last_vm_scan, last_vm_scan_agent, criticality FROM gav_asset";
    let (created, modified) = (seconds("2025-01-01"), seconds("2026-03-01"));
    let scanned = seconds("2026-03-28T02:10:00Z");
    let expected = format!(
        "9101|5101|0a1b2c3d-0000-4000-8000-000000000001|web1|web1.example.test|c0000201|Linux|CLOUD_AGENT,IP|{created}|{modified}|{scanned}|{scanned}|{}|4",
        scanned + 1
    );
    assert_eq!(select(&model, sql), [expected]);
    assert_eq!(select(&model, "SELECT tag_id, name FROM gav_asset_tag"), ["701|Prod"]);
    assert!(pointed(&model, "gav_asset", &body).starts_with("{\"assetId\":9101"));
}

#[test]
fn no_body_means_no_asset() {
    let mut run = Run::new(&["gav/assets"]);
    run.page("gav/assets", None, &[], b"");
    run.outcome("gav/assets", Empty, 1);
    let (_, coverage, _) = loaded(run);
    let row = coverage.iter().find(|row| row.endpoint == "gav/assets").unwrap();
    assert_eq!((row.state.word(), row.records), ("empty", 0), "{:?}", row.reason);
}
