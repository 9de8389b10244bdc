//! `asset/host/vm/detection/`: what was found on each host.

use std::sync::Arc;

use super::call::Call;
use super::host_filter::{HostFilter, SHARED};
use super::hosts;
use super::listing::{Listing, Marks, Page, RECORD, Url};
use super::params::{Ids, Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::results;
use super::xml::{Style, Xml, date};
use crate::tenant::Tenant;
use crate::tenant::model::{Detection, Host, Stamp};
use crate::tenant::model_auth::AuthDetection;

const FORMATS: &[&str] =
    &["XML", "CSV", "CSV_NO_METADATA", "CSV_MS_EXCEL", "CSV_NO_METADATA_MS_EXCEL"];
const ARF_KEYS: &[&str] = &["non-running-kernel", "non-running-service", "config-not-exploitable"];

const OWN: [Parameter; 37] = [
    p("status", Kind::Words(&["New", "Active", "Re-Opened", "Fixed"])),
    p("qids", Kind::Ids),
    p("severities", Kind::Ids),
    p("show_igs", Kind::Flag),
    p("show_results", Kind::Flag),
    p("show_reopened_info", Kind::Flag),
    p("include_ignored", Kind::Flag),
    p("include_disabled", Kind::Flag),
    p("include_vuln_type", Kind::Word(&["confirmed", "potential"])),
    p("include_search_list_titles", Kind::Unbuilt),
    p("include_search_list_ids", Kind::Unbuilt),
    p("exclude_search_list_titles", Kind::Unbuilt),
    p("exclude_search_list_ids", Kind::Unbuilt),
    p("filter_superseded_qids", Kind::Unbuilt),
    p("show_qds", Kind::Flag),
    p("show_qds_factors", Kind::Flag),
    p("qds_min", Kind::Number),
    p("qds_max", Kind::Number),
    p("detection_updated_since", Kind::Time),
    p("detection_updated_before", Kind::Time),
    p("detection_processed_after", Kind::Time),
    p("detection_processed_before", Kind::Time),
    p("detection_last_tested_since", Kind::Time),
    p("detection_last_tested_before", Kind::Time),
    p("detection_last_tested_since_days", Kind::Unbuilt),
    p("detection_last_tested_before_days", Kind::Unbuilt),
    p("max_days_since_detection_updated", Kind::Number),
    p("show_host_services", Kind::Flag),
    p("output_format", Kind::Word(FORMATS)),
    p("suppress_duplicated_data_from_csv", Kind::Flag),
    // Release 8.10.1 documents 0 to 3; the era of this switch ends with 2.0.
    p("active_kernels_only", Kind::Word(&["0", "1", "2", "3"])).until(2),
    p("arf_kernel_filter", Kind::Unbuilt).until(2),
    p("arf_service_filter", Kind::Unbuilt).until(2),
    p("arf_config_filter", Kind::Unbuilt).until(2),
    p("show_arf_data", Kind::Flag).since(3),
    p("arf_filter_keys", Kind::Words(ARF_KEYS)).since(3),
    p("mitre_attack_details", Kind::Flag).since(4),
];

const TABLE: [Parameter; SHARED.len() + OWN.len()] = {
    let mut table = [p("", Kind::Text); SHARED.len() + OWN.len()];
    let mut at = 0;
    while at < SHARED.len() {
        table[at] = SHARED[at];
        at += 1;
    }
    let mut own = 0;
    while own < OWN.len() {
        table[SHARED.len() + own] = OWN[own];
        own += 1;
    }
    table
};

pub(crate) const PARAMETERS: &[Parameter] = &TABLE;

/// Which detections of a host the call asks for.
#[derive(Debug)]
struct Filter {
    status: Vec<String>,
    qids: Option<Ids>,
    severities: Option<Ids>,
    info: bool,
    ignored: bool,
    disabled: bool,
    kind: Option<String>,
    qds: (Option<u64>, Option<u64>),
    windows: Vec<Window>,
    kernels: Kernels,
}

#[derive(Debug)]
struct Window {
    date: fn(&Detection) -> Option<i64>,
    since: Option<i64>,
    before: Option<i64>,
}

/// What the call says about detections on Linux kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kernels {
    All,
    WithoutNonRunning,
    OnlyNonRunning,
    OnlyRunning,
}

/// What the call wants to see of each detection.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the call")]
struct Show {
    version: u8,
    results: bool,
    qds: bool,
    reopened: bool,
    kernel: bool,
    service: bool,
    tags: bool,
    asset_id: bool,
}

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    if let Some(format) = params.get("output_format").filter(|_| !params.is("output_format", "xml"))
    {
        return Err(Refusal::unsupported("output_format", format));
    }
    if (params.get("qds_min").is_some() || params.get("qds_max").is_some())
        && !params.flag("show_qds")
    {
        return Err(Refusal::missing("show_qds"));
    }
    let named = HostFilter::read(call)?;
    let filter = Arc::new(Filter::read(call));
    let tenant = &call.tenant;
    let selected = hosts::numbered(call).filter(|(number, host)| {
        named.admits(host)
            && found(tenant, *number, filter.info).iter().any(|one| filter.admits(one))
    });
    let page = Page::take(call, hosts::PAGE, selected.map(|(number, host)| (host.id, number)));
    let tail = page.warning(call, Url::Padded, &[("show_igs", "0"), ("include_ignored", "0")]);
    let show = Show {
        version: call.version,
        results: params.get("show_results") != Some("0"),
        qds: params.flag("show_qds"),
        reopened: params.flag("show_reopened_info"),
        kernel: params.flag("show_arf_data") || params.get("active_kernels_only").is_some(),
        service: params.flag("show_host_services"),
        tags: params.flag("show_tags"),
        asset_id: params.flag("show_asset_id"),
    };
    // A 3.0 answer with a 2.0 DOCTYPE is on record too.
    let dtd = "asset/host/vm/detection/dtd/output.dtd";
    let mut listing = Listing::new(call, "HOST_LIST_VM_DETECTION_OUTPUT", "HOST_LIST", dtd);
    if call.version < 4 {
        listing.dtd = "api/2.0/fo/asset/host/vm/detection/host_list_vm_detection_output.dtd".into();
    }
    listing.media = "text/xml;charset=UTF-8";
    listing.marks = Marks { trailer: true, keep_alive: true, ..Marks::default() };
    let empty = page.items.is_empty();
    let tenant = Arc::clone(tenant);
    let records = page.items.into_iter().map(move |number| {
        let detections = found(&tenant, number, filter.info);
        let shown = detections.iter().filter(|detection| filter.admits(detection));
        record(&tenant.host(number), shown, show)
    });
    Ok(listing.reply(call.now(), empty, records, &tail))
}

/// What was found on a host; what was gathered about its logins only for callers who ask for it.
fn found(tenant: &Tenant, number: usize, info: bool) -> Vec<Detection> {
    let mut all = tenant.detections(number);
    if info {
        all.extend(tenant.auth_detections(number).into_iter().map(gathered));
    }
    all
}

/// Information gathered has no status.
fn gathered(login: AuthDetection) -> Detection {
    Detection {
        unique_vuln_id: login.unique_vuln_id,
        qid: login.qid,
        kind: "Info".to_owned(),
        severity: 1,
        results: login.results,
        first_found: Stamp::At(login.first_found),
        last_found: Some(login.last_found),
        times_found: login.times_found,
        last_test: Some(login.last_found),
        last_update: Some(login.last_found),
        last_processed: Some(login.last_found),
        ..Detection::default()
    }
}

impl Filter {
    fn read(call: &Call) -> Self {
        let params = &call.params;
        let default = || ["new", "active", "re-opened"].map(str::to_owned).to_vec();
        let days = params
            .number("max_days_since_detection_updated")
            .map(|days| call.now().saturating_sub_unsigned(days.saturating_mul(86_400)));
        let windows = vec![
            Window {
                date: |detection| detection.last_update,
                since: params.time("detection_updated_since").or(days),
                before: params.time("detection_updated_before"),
            },
            Window {
                date: |detection| detection.last_processed,
                since: params.time("detection_processed_after"),
                before: params.time("detection_processed_before"),
            },
            Window {
                date: |detection| detection.last_test,
                since: params.time("detection_last_tested_since"),
                before: params.time("detection_last_tested_before"),
            },
        ];
        let keys = params.words("arf_filter_keys").unwrap_or_default();
        let kernels = match params.get("active_kernels_only") {
            Some("1") => Kernels::WithoutNonRunning,
            Some("2") => Kernels::OnlyNonRunning,
            Some("3") => Kernels::OnlyRunning,
            _ if keys.iter().any(|key| key == "non-running-kernel") => Kernels::WithoutNonRunning,
            _ => Kernels::All,
        };
        Self {
            status: params.words("status").unwrap_or_else(default),
            qids: params.ids("qids"),
            severities: params.ids("severities"),
            info: params.flag("show_igs"),
            ignored: params.flag("include_ignored"),
            disabled: params.flag("include_disabled"),
            kind: params.get("include_vuln_type").map(str::to_ascii_lowercase),
            qds: (params.number("qds_min"), params.number("qds_max")),
            windows,
            kernels,
        }
    }

    fn admits(&self, detection: &Detection) -> bool {
        // Information gathered has no status and no filter by it.
        let status = match &detection.status {
            Some(status) => self.status.iter().any(|asked| asked.eq_ignore_ascii_case(status)),
            None => true,
        };
        let info = detection.kind == "Info";
        let kind =
            self.kind.as_ref().is_none_or(|kind| info || detection.kind.eq_ignore_ascii_case(kind));
        let score = u64::from(detection.qds.unwrap_or(0));
        status
            && kind
            && (self.info || !info)
            && (self.ignored || !detection.is_ignored)
            && (self.disabled || !detection.is_disabled)
            && self.qids.as_ref().is_none_or(|qids| qids.contains(u64::from(detection.qid)))
            && self
                .severities
                .as_ref()
                .is_none_or(|set| set.contains(u64::from(detection.severity)))
            && self.qds.0.is_none_or(|low| score >= low)
            && self.qds.1.is_none_or(|high| score <= high)
            && self.windows.iter().all(|window| window.admits(detection))
            && self.kernels.admits(detection.running_kernel)
    }
}

impl Window {
    fn admits(&self, detection: &Detection) -> bool {
        let date = (self.date)(detection);
        self.since.is_none_or(|since| date.is_some_and(|date| date >= since))
            && self.before.is_none_or(|before| date.is_some_and(|date| date <= before))
    }
}

impl Kernels {
    fn admits(self, running: Option<bool>) -> bool {
        match self {
            Self::All => true,
            Self::WithoutNonRunning => running != Some(false),
            Self::OnlyNonRunning => running == Some(false),
            Self::OnlyRunning => running == Some(true),
        }
    }
}

fn record<'a>(host: &Host, shown: impl Iterator<Item = &'a Detection>, show: Show) -> Vec<u8> {
    let padded = host.id.is_multiple_of(5);
    let mut xml = Xml::part(RECORD, Style { padded, lower_case: false });
    xml.open("HOST");
    xml.number("ID", host.id);
    if let Some(id) = host.asset_id.filter(|_| show.asset_id) {
        xml.number("ASSET_ID", id);
    }
    hosts::address(&mut xml, host);
    xml.text("TRACKING_METHOD", &host.tracking_method);
    // Readers of 5.0 that insist on the order of elements know neither this nor the network's name.
    if show.version < 5 {
        xml.void("ASSET_GROUP_LIST", &[]);
    }
    if let Some(id) = host.network_id {
        xml.number("NETWORK_ID", id);
    }
    if (3..5).contains(&show.version) {
        xml.some("NETWORK_NAME", host.network_name.as_deref());
    }
    xml.some("OS", host.os.as_deref());
    hosts::names(&mut xml, host);
    hosts::cloud(&mut xml, host);
    xml.some("NETBIOS", host.netbios.as_deref());
    xml.some("QG_HOSTID", host.qg_hostid.as_deref());
    xml.date("LAST_SCAN_DATETIME", host.last_vuln_scan);
    hosts::scans(&mut xml, host);
    xml.date("LAST_PC_SCANNED_DATE", host.last_compliance_scan);
    if show.tags {
        hosts::tags(&mut xml, &host.tags);
    }
    xml.open("DETECTION_LIST");
    for detection in shown {
        one(&mut xml, detection, show);
    }
    xml.close("DETECTION_LIST");
    xml.close("HOST");
    xml.finish()
}

fn one(xml: &mut Xml, detection: &Detection, show: Show) {
    xml.open("DETECTION");
    // Recorded 2.0 answers have no unique id.
    if show.version >= 3 {
        xml.number("UNIQUE_VULN_ID", detection.unique_vuln_id);
    }
    xml.number("QID", detection.qid);
    xml.text("TYPE", &detection.kind);
    xml.number("SEVERITY", detection.severity);
    if let Some(port) = detection.port {
        xml.number("PORT", port);
    }
    if let Some(protocol) = &detection.protocol {
        xml.text("PROTOCOL", protocol);
    }
    xml.some("FQDN", detection.fqdn.as_deref());
    xml.flag("SSL", detection.ssl);
    xml.some("INSTANCE", detection.instance.as_deref());
    if show.results {
        if detection.results.is_empty() {
            xml.verbatim("RESULTS", &results::text(detection.unique_vuln_id, detection.qid));
        } else {
            xml.verbatim("RESULTS", &detection.results);
        }
    }
    if let Some(status) = &detection.status {
        xml.text("STATUS", status);
    }
    match &detection.first_found {
        Stamp::Absent => {}
        Stamp::At(seconds) => xml.text("FIRST_FOUND_DATETIME", &date(*seconds)),
        Stamp::Text(text) => xml.text("FIRST_FOUND_DATETIME", text),
    }
    xml.date("LAST_FOUND_DATETIME", detection.last_found);
    if let Some(score) = detection.qds.filter(|_| show.qds) {
        xml.text_with("QDS", &[("severity", level(score))], &score.to_string());
    }
    // The order of the flags differs between versions.
    if show.version == 2 {
        flags(xml, detection);
    }
    xml.number("TIMES_FOUND", detection.times_found);
    xml.date("LAST_TEST_DATETIME", detection.last_test);
    xml.date("LAST_UPDATE_DATETIME", detection.last_update);
    xml.date("LAST_FIXED_DATETIME", detection.last_fixed);
    if show.reopened {
        xml.date("FIRST_REOPENED_DATETIME", detection.first_reopened);
        xml.date("LAST_REOPENED_DATETIME", detection.last_reopened);
        if let Some(times) = detection.times_reopened {
            xml.number("TIMES_REOPENED", times);
        }
    }
    if show.service {
        xml.some("SERVICE", detection.service.as_deref());
    }
    if show.version > 2 {
        flags(xml, detection);
    }
    if let Some(running) = detection.running_kernel.filter(|_| show.kernel) {
        xml.flag("AFFECT_RUNNING_KERNEL", running);
    }
    xml.date("LAST_PROCESSED_DATETIME", detection.last_processed);
    xml.close("DETECTION");
}

fn flags(xml: &mut Xml, detection: &Detection) {
    xml.flag("IS_IGNORED", detection.is_ignored);
    xml.flag("IS_DISABLED", detection.is_disabled);
}

/// Low 1 to 39, medium to 69, high to 89, critical to 100.
fn level(score: u8) -> &'static str {
    match score {
        0..40 => "LOW",
        40..70 => "MEDIUM",
        70..90 => "HIGH",
        _ => "CRITICAL",
    }
}
