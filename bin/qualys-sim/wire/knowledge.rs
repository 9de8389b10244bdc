//! `knowledge_base/vuln/`: what Qualys says about each QID.

use std::sync::Arc;

use super::call::Call;
use super::listing::{self, Listing, Marks, RECORD};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model::Vuln;

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("details", Kind::Word(&["Basic", "All", "None"])),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("is_patchable", Kind::Flag),
    p("last_modified_after", Kind::Time),
    p("last_modified_before", Kind::Time),
    p("last_modified_by_service_after", Kind::Time),
    p("last_modified_by_service_before", Kind::Time),
    p("last_modified_by_user_after", Kind::Unbuilt),
    p("last_modified_by_user_before", Kind::Unbuilt),
    p("published_after", Kind::Time),
    p("published_before", Kind::Time),
    p("code_modified_after", Kind::Time).since(3),
    p("code_modified_before", Kind::Time).since(3),
    p("discovery_method", Kind::Unbuilt),
    p("discovery_auth_types", Kind::Unbuilt),
    p("show_pci_reasons", Kind::Flag),
    p("show_supported_modules_info", Kind::Flag),
    p("show_disabled_flag", Kind::Flag),
    p("show_qid_change_log", Kind::Flag),
];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let ids = params.ids("ids");
    let low = params.number("id_min").unwrap_or(0);
    let high = params.number("id_max").unwrap_or(u64::MAX);
    let patchable = params.get("is_patchable").map(|_| params.flag("is_patchable"));
    let service = ["last_modified_after", "last_modified_by_service_after"];
    let windows = [
        (service.iter().find_map(|name| params.time(name)), 0),
        (params.time("published_after"), 1),
        (params.time("code_modified_after"), 2),
    ];
    let service = ["last_modified_before", "last_modified_by_service_before"];
    let ends = [
        service.iter().find_map(|name| params.time(name)),
        params.time("published_before"),
        params.time("code_modified_before"),
    ];
    let admits = |vuln: &Vuln| {
        let qid = u64::from(vuln.qid);
        let dates = [vuln.last_service_modification, Some(vuln.published), vuln.code_modified];
        ids.as_ref().is_none_or(|ids| ids.contains(qid))
            && (low..=high).contains(&qid)
            && patchable.is_none_or(|patchable| vuln.patchable == Some(patchable))
            && windows.iter().all(|(after, at)| after.is_none() || dates[*at] >= *after)
            && dates
                .iter()
                .zip(ends)
                .all(|(date, end)| end.is_none_or(|end| date.is_some_and(|date| date <= end)))
    };
    let vulns = &call.tenant.knowledge_base;
    let chosen: Vec<usize> =
        vulns.iter().enumerate().filter(|(_, vuln)| admits(vuln)).map(|(at, _)| at).collect();
    let dtd = "knowledge_base/vuln/knowledge_base_vuln_list_output.dtd";
    let root = "KNOWLEDGE_BASE_VULN_LIST_OUTPUT";
    let mut listing = Listing::new(call, root, "VULN_LIST", dtd);
    listing.marks = Marks { banner: true, trailer: true, keep_alive: true, before: "" };
    let empty = chosen.is_empty();
    if params.is("details", "none") {
        listing.list = "ID_SET";
        let ids = chosen.iter().filter_map(|at| vulns.get(*at)).map(|vuln| u64::from(vuln.qid));
        let set = listing::id_set(ids, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &[]));
    }
    let show = Show {
        version: call.version,
        all: params.is("details", "all"),
        disabled: params.flag("show_disabled_flag"),
        change_log: params.flag("show_qid_change_log"),
    };
    let tenant = Arc::clone(&call.tenant);
    let records = chosen.into_iter().filter_map(move |at| {
        let vuln = tenant.knowledge_base.get(at)?;
        // One entry of the base holds a character that XML forbids: a known defect of real answers.
        Some(record(vuln, show, at == 1))
    });
    Ok(listing.reply(call.now(), empty, records, &[]))
}

#[derive(Debug, Clone, Copy)]
struct Show {
    version: u8,
    all: bool,
    disabled: bool,
    change_log: bool,
}

fn record(vuln: &Vuln, show: Show, defective: bool) -> Vec<u8> {
    let mut xml = Xml::part(RECORD, Style::default());
    xml.open("VULN");
    xml.number("QID", vuln.qid);
    xml.text("VULN_TYPE", &vuln.vuln_type);
    xml.number("SEVERITY_LEVEL", vuln.severity);
    xml.cdata("TITLE", &vuln.title);
    xml.text("CATEGORY", &vuln.category);
    if let Some((at, login)) = &vuln.last_customization {
        xml.open("LAST_CUSTOMIZATION");
        xml.text("DATETIME", &date(*at));
        xml.text("USER_LOGIN", login);
        xml.close("LAST_CUSTOMIZATION");
    }
    xml.date("LAST_SERVICE_MODIFICATION_DATETIME", vuln.last_service_modification);
    xml.date("PUBLISHED_DATETIME", Some(vuln.published));
    if show.version >= 3 {
        xml.date("CODE_MODIFIED_DATETIME", vuln.code_modified);
        xml.date("PATCH_PUBLISHED_DATE", vuln.patch_published);
    }
    if let Some(patchable) = vuln.patchable {
        xml.flag("PATCHABLE", patchable);
    }
    if !vuln.software.is_empty() {
        xml.open("SOFTWARE_LIST");
        for (product, vendor) in &vuln.software {
            xml.open("SOFTWARE");
            xml.cdata("PRODUCT", product);
            xml.cdata("VENDOR", vendor);
            xml.close("SOFTWARE");
        }
        xml.close("SOFTWARE_LIST");
    }
    references(&mut xml, "VENDOR_REFERENCE", &vuln.vendor_references, "vendor.example.com");
    references(&mut xml, "CVE", &vuln.cves, "cve.example.com");
    let mut diagnosis = vuln.diagnosis.clone();
    if defective {
        diagnosis.push('\u{b}');
    }
    xml.cdata("DIAGNOSIS", &diagnosis);
    xml.cdata("CONSEQUENCE", &vuln.consequence);
    xml.cdata("SOLUTION", &vuln.solution);
    if show.all {
        scores(&mut xml, vuln);
    }
    xml.flag("PCI_FLAG", vuln.pci_flag);
    if !vuln.threat_indicators.is_empty() {
        xml.open("THREAT_INTELLIGENCE");
        for (id, name) in &vuln.threat_indicators {
            xml.cdata_with("THREAT_INTEL", &[("id", &id.to_string())], name.as_bytes());
        }
        xml.close("THREAT_INTELLIGENCE");
    }
    xml.open("DISCOVERY");
    xml.flag("REMOTE", vuln.remote);
    if !vuln.auth_types.is_empty() {
        xml.open("AUTH_TYPE_LIST");
        for kind in &vuln.auth_types {
            xml.text("AUTH_TYPE", kind);
        }
        xml.close("AUTH_TYPE_LIST");
    }
    if vuln.patchable == Some(true) {
        xml.text("ADDITIONAL_INFO", "Patch Available");
    }
    xml.close("DISCOVERY");
    if show.disabled {
        xml.flag("IS_DISABLED", vuln.is_disabled);
    }
    if show.change_log {
        xml.open("CHANGE_LOG_LIST");
        xml.open("CHANGE_LOG_INFO");
        xml.date("CHANGE_DATE", Some(vuln.published));
        xml.cdata("COMMENTS", "Published");
        xml.close("CHANGE_LOG_INFO");
        xml.close("CHANGE_LOG_LIST");
    }
    xml.close("VULN");
    xml.finish()
}

fn references(xml: &mut Xml, name: &str, ids: &[String], host: &str) {
    if ids.is_empty() {
        return;
    }
    let list = format!("{name}_LIST");
    xml.open(&list);
    for id in ids {
        xml.open(name);
        xml.cdata("ID", id);
        xml.cdata("URL", &format!("https://{host}/{id}"));
        xml.close(name);
    }
    xml.close(&list);
}

fn scores(xml: &mut Xml, vuln: &Vuln) {
    let decimal = |tenths: u8| format!("{}.{}", tenths / 10, tenths % 10);
    if let Some(score) = vuln.cvss2 {
        xml.open("CVSS");
        xml.text_with("BASE", &[("source", "service")], &decimal(score));
        xml.close("CVSS");
    }
    if let Some(score) = vuln.cvss3 {
        xml.open("CVSS_V3");
        xml.text("BASE", &decimal(score));
        xml.text("CVSS3_VERSION", "3.1");
        xml.close("CVSS_V3");
    }
}
