//! A tenant whose portal, WAS and cloud records are known to the test that reads them.

use std::sync::Arc;

use super::CLOCK;
use crate::subscription::Subscription;
use crate::tenant::model::{Occurrence, TagRef};
use crate::tenant::model_cloud::{CloudEvaluation, Connector, Provider};
use crate::tenant::model_reports::PortalUser;
use crate::tenant::model_web::{
    CatalogEntry, WasAuthRecord, WasFinding, WasScan, WasSchedule, WebApp,
};
use crate::tenant::{Kind, Spec, Tenant};

pub(super) fn stocked(kind: Kind, faults: &str) -> Subscription {
    let spec = Spec { kind, seed: 5, hosts: Some(40), detections_per_host: Some(1), clock: CLOCK };
    let mut tenant = Tenant::new(&spec);
    let stock = &mut tenant.programme;
    stock.portal_users = (0..3).map(user).collect();
    stock.connectors = [Provider::Aws, Provider::Azure, Provider::Gcp]
        .into_iter()
        .flat_map(|provider| (0..2).map(move |number| connector(provider, number)))
        .collect();
    stock.cloud_evaluations = (0..120).map(evaluation).collect();
    stock.web_apps = (0..3).map(app).collect();
    stock.was_scans = vec![scan(70, &[40]), scan(71, &[41, 42])];
    stock.was_schedules = vec![schedule(80, Some("ANY")), schedule(81, None)];
    stock.was_auth_records = vec![WasAuthRecord {
        id: 90,
        name: "shop login".to_owned(),
        kind: "STANDARD".to_owned(),
        password: "planted-password".to_owned(),
        username: "planted-user".to_owned(),
        created: CLOCK - 900,
        updated: CLOCK - 800,
    }];
    stock.was_findings = vec![finding(100, "VULNERABILITY"), finding(101, "INFORMATION_GATHERED")];
    stock.was_catalog = vec![CatalogEntry {
        id: 110,
        name: "unclaimed".to_owned(),
        url: "http://192.0.2.9/".to_owned(),
        status: "NEW".to_owned(),
        created: CLOCK - 900,
        updated: CLOCK - 900,
    }];
    Subscription::new(Arc::new(tenant), super::faults_of(faults))
}

fn tag(id: u64) -> TagRef {
    TagRef { id, name: format!("tag {id}") }
}

fn user(number: u64) -> PortalUser {
    PortalUser {
        id: 10 + number,
        login: format!("acme_us{number}"),
        first_name: "Sam".to_owned(),
        last_name: "Example".to_owned(),
        email: format!("sam{number}@acme.example"),
        job_title: "Analyst".to_owned(),
        roles: vec![(3, "Manager".to_owned())],
        scope_tags: if number == 0 { Vec::new() } else { vec![tag(5)] },
    }
}

fn connector(provider: Provider, number: u64) -> Connector {
    let place = provider as u64;
    Connector {
        provider,
        id: 20 + place * 5 + number,
        uuid: format!("00000000-0000-4000-8000-0000000000{place}{number}"),
        name: format!("{} {number}", provider.slug()),
        description: String::new(),
        state: "SUCCESS".to_owned(),
        asset_view_state: "FINISHED_SUCCESS".to_owned(),
        account: format!("11112222333{place}-{number}"),
        arn: Some("arn:aws:iam::111122223333:role/reader".to_owned()),
        external_id: Some("planted-external-id".to_owned()),
        tenant: Some("00000000-0000-4000-8000-00000000d111".to_owned()),
        last_sync: (number == 0).then_some(CLOCK - 7_200),
        next_sync: None,
        created: Some(CLOCK - 90_000),
        disabled: number == 1,
        error: None,
        polling_minutes: 270,
        total_assets: 12,
        groups: Vec::new(),
    }
}

fn evaluation(number: u64) -> CloudEvaluation {
    CloudEvaluation {
        provider: Provider::Aws,
        account: "111122223330-0".to_owned(),
        control_id: number.to_string(),
        control_name: "Logging is on".to_owned(),
        criticality: "HIGH".to_owned(),
        service: "S3".to_owned(),
        result: "PASS".to_owned(),
        policy_names: vec!["Best practices".to_owned()],
        passed: 3,
        failed: 0,
    }
}

fn app(number: u64) -> WebApp {
    WebApp {
        id: 40 + number,
        name: format!("Shop {number} & Co"),
        url: format!("https://shop{number}.acme.example/"),
        owner: (number == 0)
            .then(|| (12, "acme_us2".to_owned(), "Sam".to_owned(), "Example".to_owned())),
        created: CLOCK - 90_000,
        updated: CLOCK - 80_000,
        is_scheduled: number == 0,
        tags: vec![tag(5), tag(6)],
        auth_records: vec![(90, "shop login".to_owned())],
        last_scan: (number < 2).then_some(70 + number),
        option_profile: (7, "Initial options".to_owned()),
    }
}

fn scan(id: u64, apps: &[u64]) -> WasScan {
    WasScan {
        id,
        name: format!("Scan {id}"),
        reference: format!("was/17746638{id}.1"),
        kind: "VULNERABILITY".to_owned(),
        mode: "SCHEDULED".to_owned(),
        status: "FINISHED".to_owned(),
        launched: CLOCK - 5_000,
        ended: Some(CLOCK - 4_000),
        auth_status: "SUCCESSFUL".to_owned(),
        results_status: "SUCCESSFUL".to_owned(),
        links_crawled: 44,
        crawl_duration: 300,
        app_ids: apps.to_vec(),
    }
}

fn schedule(id: u64, tag_option: Option<&str>) -> WasSchedule {
    WasSchedule {
        id,
        name: format!("Schedule {id}"),
        active: true,
        invalid: tag_option.is_none(),
        kind: "VULNERABILITY".to_owned(),
        // 49 was deleted.
        app_ids: if tag_option.is_none() { vec![49] } else { Vec::new() },
        tag_option: tag_option.map(str::to_owned),
        tags: vec![tag(5)],
        excluded_tags: vec![tag(6)],
        recipients: vec!["soc@acme.example".to_owned()],
        occurrence: Occurrence::Weekly { weeks: 1, weekdays: vec![0, 3] },
        start: CLOCK - 90_000,
        next_launch: CLOCK + 9_000,
        created: CLOCK - 90_000,
        updated: CLOCK - 90_000,
    }
}

fn finding(id: u64, kind: &str) -> WasFinding {
    WasFinding {
        id,
        unique_id: format!("00000000-0000-4000-8000-000000000{id}"),
        qid: 150_001,
        name: "Reflected <script>".to_owned(),
        app_id: 40,
        kind: kind.to_owned(),
        potential: false,
        severity: 4,
        url: "https://shop0.acme.example/?q=1&r=2".to_owned(),
        status: "ACTIVE".to_owned(),
        first_detected: CLOCK - 90_000,
        last_detected: CLOCK - 5_000,
        last_tested: CLOCK - 5_000,
        fixed: None,
        is_ignored: false,
        times_detected: 3,
    }
}
