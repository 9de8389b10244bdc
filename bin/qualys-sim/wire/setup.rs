//! The FO and MSP calls that tell how scanning, reporting and policy compliance are set up.

use super::{
    Route, appliances, auth_records, compliance, controls, exceptions, exclusions, fo, msp,
    networks, option_profiles, policies, policy_export, postures, reports, search_lists,
};

#[rustfmt::skip]
pub(super) static ROUTES: &[Route] = &[
    Route { paged: true, ..fo("vm/excluded-ip-history", "asset/excluded_ip/history", &[2], exclusions::HISTORY_PARAMETERS, exclusions::history) },
    fo("vm/restricted-ips", "setup/restricted_ips", &[2], exclusions::RESTRICTED_PARAMETERS, exclusions::restricted),
    fo("vm/option-profiles", "subscription/option_profile/vm", &[2, 4, 5, 6, 7], option_profiles::PARAMETERS, option_profiles::vm),
    fo("vm/appliances", "appliance", &[2], appliances::PARAMETERS, appliances::answer),
    fo("vm/networks", "network", &[2], networks::NETWORK_PARAMETERS, networks::networks),
    fo("vm/virtual-hosts", "asset/vhost", &[2], networks::VIRTUAL_HOST_PARAMETERS, networks::virtual_hosts),
    Route { paged: true, ..fo("vm/auth-records", "auth", &[2, 3], auth_records::PARAMETERS, auth_records::ids) },
    Route { paged: true, ..fo("vm/auth-record-details", "auth/{}", &[2, 3], auth_records::DETAIL_PARAMETERS, auth_records::details) },
    fo("vm/reports", "report", &[2, 3], reports::PARAMETERS, reports::reports),
    fo("vm/report-schedules", "schedule/report", &[2], reports::SCHEDULE_PARAMETERS, reports::scheduled),
    msp("vm/report-templates", "report_template_list.php", &[], reports::templates),
    fo("vm/static-search-lists", "qid/search_list/static", &[2], search_lists::STATIC_PARAMETERS, search_lists::fixed),
    fo("vm/dynamic-search-lists", "qid/search_list/dynamic", &[2], search_lists::DYNAMIC_PARAMETERS, search_lists::dynamic),

    fo("pc/option-profiles", "subscription/option_profile/pc", &[2, 3, 4], option_profiles::PARAMETERS, option_profiles::pc),
    fo("pc/scan-schedules", "schedule/scan/compliance", &[2], compliance::SCHEDULE_PARAMETERS, compliance::schedules),
    fo("pc/scans", "scan/compliance", &[2], compliance::SCAN_PARAMETERS, compliance::scans),
    Route { when: Some(("action", "export")), actions: &["export"], ..fo("pc/policy-exports", "compliance/policy", &[2, 3, 4], policy_export::PARAMETERS, policy_export::answer) },
    Route { paged: true, ..fo("pc/policies", "compliance/policy", &[2, 3, 4], policies::PARAMETERS, policies::answer) },
    Route { paged: true, ..fo("pc/controls", "compliance/control", &[2, 3, 4], controls::PARAMETERS, controls::answer) },
    Route { paged: true, ..fo("pc/postures", "compliance/posture/info", &[2], postures::PARAMETERS, postures::answer) },
    Route { paged: true, ..fo("pc/exceptions", "compliance/exception", &[2, 3], exceptions::PARAMETERS, exceptions::answer) },
];
