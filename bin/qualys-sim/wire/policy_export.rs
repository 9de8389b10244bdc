//! `compliance/policy/?action=export`: one policy with the values that it expects. It changes
//! nothing: the policy is written into the answer.

use super::call::Call;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Xml, date};
use super::{controls, policies};
use crate::tenant::model_policy::{ComplianceControl, Policy, PolicyControl};

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("id", Kind::Ids),
    p("ids", Kind::Ids),
    p("title", Kind::Text),
    p("show_user_controls", Kind::Flag),
    p("show_appendix", Kind::Flag),
];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let params = &call.params;
    params.exclusive(&["id", "ids", "title"])?;
    let ids = params.ids("id").or_else(|| params.ids("ids"));
    let title = params.get("title");
    if ids.is_none() && title.is_none() {
        return Err(Refusal::missing("id"));
    }
    let policy = call.tenant.programme.policies.iter().find(|policy| {
        ids.as_ref().is_none_or(|ids| ids.contains(policy.id))
            && title.is_none_or(|title| policy.title == title)
    });
    let Some(policy) = policy else {
        let value = params.get("id").or(params.get("ids")).or(title).unwrap_or_default();
        return Err(Refusal::invalid("id", value, "no such policy"));
    };
    let mut xml = Xml::declared();
    let dtd = "fo/compliance/policy/policy_export_output.dtd";
    xml.doctype("POLICY_EXPORT_OUTPUT", &format!("api/{}/{dtd}", call.version_text()));
    xml.open("POLICY_EXPORT_OUTPUT");
    xml.open("RESPONSE");
    xml.text("DATETIME", &date(call.now()));
    export(&mut xml, call, policy);
    xml.close("RESPONSE");
    xml.close("POLICY_EXPORT_OUTPUT");
    Ok(Reply::bytes(200, "text/xml;charset=UTF-8", xml.finish()))
}

/// The policy's id is not in the answer.
fn export(xml: &mut Xml, call: &Call, policy: &Policy) {
    xml.open("POLICY");
    xml.cdata("TITLE", &policy.title);
    xml.cdata("EXPORTED", &date(call.now()));
    xml.cdata("COVER_PAGE", "");
    xml.text("STATUS", &policy.status);
    xml.open_with("TECHNOLOGIES", &[("total", &policy.technologies.len().to_string())]);
    for (id, name) in &policy.technologies {
        xml.open("TECHNOLOGY");
        xml.number("ID", id);
        xml.text("NAME", name);
        xml.close("TECHNOLOGY");
    }
    xml.close("TECHNOLOGIES");
    xml.open_with("SECTIONS", &[("total", "1")]);
    xml.open("SECTION");
    xml.text("NUMBER", "1");
    xml.cdata("HEADING", "Configuration");
    xml.open_with("CONTROLS", &[("total", &policy.controls.len().to_string())]);
    let users = call.params.flag("show_user_controls");
    for one in &policy.controls {
        match policies::library(&call.tenant, one.control_id) {
            Some(control) if control.check_type.is_some() => {
                if users {
                    user_control(xml, one, control);
                }
            }
            library => service_control(xml, one, library),
        }
    }
    xml.close("CONTROLS");
    xml.close("SECTION");
    xml.close("SECTIONS");
    xml.close("POLICY");
}

/// A control of the service: its definition is known to all, the policy's own value is not.
fn service_control(xml: &mut Xml, one: &PolicyControl, library: Option<&ComplianceControl>) {
    xml.open("CONTROL");
    xml.number("ID", one.control_id);
    if let Some(control) = library {
        controls::criticality(xml, control);
        xml.flag("IS_CONTROL_DISABLE", one.status != "active");
        xml.open_with("TECHNOLOGIES", &[("total", &control.technologies.len().to_string())]);
        for technology in &control.technologies {
            xml.open("TECHNOLOGY");
            xml.number("ID", technology.id);
            xml.text("NAME", &technology.name);
            let key = format!("service.check.{}", control.id);
            evaluate(xml, &key, technology.exported_value.as_deref());
            xml.close("TECHNOLOGY");
        }
        xml.close("TECHNOLOGIES");
    }
    xml.close("CONTROL");
}

fn user_control(xml: &mut Xml, one: &PolicyControl, control: &ComplianceControl) {
    xml.open("USER_DEFINED_CONTROL");
    xml.number("ID", control.id);
    xml.text("UDC_ID", &format!("5d1f0c2a-0000-4000-8000-{:012}", control.id));
    xml.cdata("CATEGORY", &control.category);
    xml.cdata("SUB_CATEGORY", &control.sub_category);
    xml.cdata("STATEMENT", &control.statement);
    controls::criticality(xml, control);
    xml.flag("IS_CONTROL_DISABLE", one.status != "active");
    controls::definition(xml, control);
    xml.open_with("TECHNOLOGIES", &[("total", &control.technologies.len().to_string())]);
    for technology in &control.technologies {
        controls::technology(xml, technology, |xml| {
            let key = format!("custom.file_integrity_check.{}", control.id);
            evaluate(xml, &key, technology.exported_value.as_deref());
        });
    }
    xml.close("TECHNOLOGIES");
    xml.close("USER_DEFINED_CONTROL");
}

/// Conditions are markup of their own inside the document.
fn evaluate(xml: &mut Xml, key: &str, value: Option<&str>) {
    let Some(value) = value else { return };
    xml.open("EVALUATE");
    xml.open("CTRL");
    xml.open("DP");
    xml.text("K", key);
    xml.text("L", "0");
    xml.text("OP", "re");
    xml.cdata("V", value);
    xml.close("DP");
    xml.close("CTRL");
    xml.close("EVALUATE");
}
