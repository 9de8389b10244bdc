//! `compliance/control/`: the library of controls, shaped after release 8.10.1.

use super::call::Call;
use super::listing::{self, Listing, Page, RECORD, Url};
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml, date};
use crate::tenant::model_policy::{ComplianceControl, ControlTechnology};

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("details", Kind::Word(&["Basic", "All", "None"])),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("truncation_limit", Kind::Number),
    p("updated_after_datetime", Kind::Time),
    p("created_after_datetime", Kind::Time),
];

const PAGE: u64 = 1000;

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    let ids = params.ids("ids");
    let updated = params.time("updated_after_datetime");
    let created = params.time("created_after_datetime");
    let admits = |control: &&ComplianceControl| {
        ids.as_ref().is_none_or(|ids| ids.contains(control.id))
            && updated.is_none_or(|time| control.updated > time)
            && created.is_none_or(|time| control.created > time)
    };
    let controls = call.tenant.programme.compliance_controls.iter().filter(admits);
    let page = Page::take(call, PAGE, controls.map(|control| (control.id, control)));
    let tail = page.warning(call, Url::Padded, &[("details", "Basic")]);
    let dtd = "compliance/control/control_list_output.dtd";
    let mut listing = Listing::new(call, "CONTROL_LIST_OUTPUT", "CONTROL_LIST", dtd);
    let empty = page.items.is_empty();
    if params.is("details", "none") {
        listing.list = "ID_SET";
        let ids = page.items.iter().map(|control| control.id);
        let set = listing::id_set(ids, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    let all = params.is("details", "all");
    let records: Vec<Vec<u8>> =
        page.items.into_iter().map(|control| record(control, all)).collect();
    Ok(listing.reply(call.now(), empty, records.into_iter(), &tail))
}

fn record(control: &ComplianceControl, all: bool) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: control.id.is_multiple_of(4), lower_case: false });
    xml.open("CONTROL");
    xml.number("ID", control.id);
    xml.text("UPDATE_DATE", &date(control.updated));
    xml.text("CREATED_DATE", &date(control.created));
    xml.text("CATEGORY", &control.category);
    xml.cdata("SUB_CATEGORY", &control.sub_category);
    xml.cdata("STATEMENT", &control.statement);
    criticality(&mut xml, control);
    if control.deprecated {
        xml.flag("DEPRECATED", true);
        xml.text("DEPRECATED_DATE", &date(control.updated));
    }
    definition(&mut xml, control);
    xml.open("TECHNOLOGY_LIST");
    for one in &control.technologies {
        technology(&mut xml, one, |_| {});
    }
    xml.close("TECHNOLOGY_LIST");
    if all {
        xml.open("FRAMEWORK_LIST");
        xml.open("FRAMEWORK");
        xml.text("ID", "14");
        xml.cdata("NAME", "Example baseline");
        xml.close("FRAMEWORK");
        xml.close("FRAMEWORK_LIST");
    }
    xml.close("CONTROL");
    xml.finish()
}

pub(super) fn criticality(xml: &mut Xml, control: &ComplianceControl) {
    xml.open("CRITICALITY");
    xml.cdata("LABEL", &control.criticality_label);
    xml.number("VALUE", control.criticality);
    xml.close("CRITICALITY");
}

/// What a user-defined control says beyond those of the service.
pub(super) fn definition(xml: &mut Xml, control: &ComplianceControl) {
    let Some(kind) = &control.check_type else { return };
    xml.cdata("CHECK_TYPE", kind);
    xml.cdata("COMMENT", "");
    xml.flag("IGNORE_ERROR", control.ignore_error);
    xml.flag("IGNORE_ITEM_NOT_FOUND", control.ignore_not_found);
    xml.open("SCAN_PARAMETERS");
    xml.some("FILE_PATH", control.file_path.as_deref());
    xml.some("HASH_TYPE", control.hash_type.as_deref());
    xml.text("DATA_TYPE", "String");
    xml.cdata("DESCRIPTION", &control.statement);
    xml.close("SCAN_PARAMETERS");
}

/// `USE_SCAN_VALUE` stands in file integrity checks alone; `evaluate` adds what a policy expects.
pub(super) fn technology(
    xml: &mut Xml,
    technology: &ControlTechnology,
    evaluate: impl FnOnce(&mut Xml),
) {
    xml.open("TECHNOLOGY");
    xml.number("ID", technology.id);
    xml.text("NAME", &technology.name);
    evaluate(xml);
    xml.cdata("RATIONALE", &technology.rationale);
    if let Some(value) = &technology.default_value {
        xml.open("DATAPOINT");
        xml.text("CARDINALITY", &technology.cardinality);
        xml.text("OPERATOR", &technology.operator);
        xml.open_with("DEFAULT_VALUES", &[("total", "1")]);
        xml.cdata("DEFAULT_VALUE", value);
        xml.close("DEFAULT_VALUES");
        xml.close("DATAPOINT");
    }
    if let Some(scanned) = technology.use_scan_value {
        xml.flag("USE_SCAN_VALUE", scanned);
    }
    xml.close("TECHNOLOGY");
}
