//! The calls of the portal, of `CloudView` and of the gateway.

use super::{
    Answer, Dialect, Route, cloudview, connectors, fo, host_assets, inventory, portal_users, tags,
    token, versions, was_findings, was_scans, web_apps,
};

#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    search("am/host-assets", "search/am/hostasset", &[2], host_assets::answer),
    single("am/host-asset-count", "count/am/hostasset", &[2], host_assets::count),
    search("am/tags", "search/am/tag", &[2], tags::answer),
    search("am/users", "search/am/user", &[2], portal_users::answer),
    search("am/aws-connectors", "search/am/awsassetdataconnector", &[2, 3], connectors::aws),
    search("am/azure-connectors", "search/am/azureassetdataconnector", &[2, 3], connectors::azure),
    search("am/gcp-connectors", "search/am/gcpassetdataconnector", &[2, 3], connectors::gcp),
    single("am/versions", "portal/version", &[1], versions::portal),
    search("was/web-apps", "search/was/webapp", &[3], web_apps::answer),
    single("was/web-app-count", "count/was/webapp", &[3], web_apps::count),
    single("was/web-app-details", "get/was/webapp/{}", &[3], web_apps::get),
    search("was/scans", "search/was/wasscan", &[3], was_scans::scans),
    search("was/schedules", "search/was/wasscanschedule", &[3], was_scans::schedules),
    search("was/auth-records", "search/was/webappauthrecord", &[3], was_scans::auth_records),
    search("was/findings", "search/was/finding", &[3], was_findings::findings),
    search("was/catalog", "search/was/catalog", &[3], was_findings::catalog),
    cloud("cloud/aws-connectors", "aws/connectors", cloudview::connectors),
    cloud("cloud/azure-connectors", "azure/connectors", cloudview::connectors),
    cloud("cloud/gcp-connectors", "gcp/connectors", cloudview::connectors),
    cloud("cloud/aws-evaluations", "aws/evaluations/{}", cloudview::evaluations),
    cloud("cloud/azure-evaluations", "azure/evaluations/{}", cloudview::evaluations),
    cloud("cloud/gcp-evaluations", "gcp/evaluations/{}", cloudview::evaluations),
    Route { dialect: Dialect::Gateway, ..search("gav/assets", "search/am/asset", &[2], inventory::answer) },
    Route { dialect: Dialect::Gateway, ..single("gav/asset-count", "count/am/asset", &[2], inventory::count) },
    Route { dialect: Dialect::Token, ..single("gateway/auth", "auth", &[1], token::answer) },
];

const fn cloud(id: &'static str, resource: &'static str, answer: Answer) -> Route {
    Route { dialect: Dialect::CloudView, ..search(id, resource, &[1], answer) }
}

/// A QPS search, which comes in pages and takes nothing but a POST.
const fn search(
    id: &'static str,
    resource: &'static str,
    versions: &'static [u8],
    answer: Answer,
) -> Route {
    Route { paged: true, ..single(id, resource, versions, answer) }
}

const fn single(
    id: &'static str,
    resource: &'static str,
    versions: &'static [u8],
    answer: Answer,
) -> Route {
    Route { dialect: Dialect::Qps, actions: &[], ..fo(id, resource, versions, &[], answer) }
}
