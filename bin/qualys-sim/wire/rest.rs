//! The calls of the portal, of `CloudView` and of the gateway.

use super::{Answer, Dialect, Route, fo, host_assets, tags, versions};

#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    search("am/host-assets", "search/am/hostasset", &[2], host_assets::answer),
    single("am/host-asset-count", "count/am/hostasset", &[2], host_assets::count),
    search("am/tags", "search/am/tag", &[2], tags::answer),
    single("am/versions", "portal/version", &[1], versions::portal),
];

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
