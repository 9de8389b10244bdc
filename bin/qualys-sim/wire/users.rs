//! `/msp/user_list.php`: the users of the subscription.

use super::call::Call;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{self, Xml};
use crate::tenant::model::User;

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("external_id_contains", Kind::Unbuilt),
    p("external_id_assigned", Kind::Unbuilt),
    p("show_access_permissions", Kind::Flag),
];

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    let restricted = call.restricted();
    let mut xml = Xml::declared();
    xml.doctype("USER_LIST_OUTPUT", "user_list_output.dtd");
    xml.open("USER_LIST_OUTPUT");
    xml.open("USER_LIST");
    let known = call.tenant.users.iter().any(|user| user.login == call.login);
    if !known {
        record(&mut xml, &caller(call), false);
    }
    for user in &call.tenant.users {
        record(&mut xml, user, restricted && user.login != call.login);
    }
    xml.close("USER_LIST");
    xml.close("USER_LIST_OUTPUT");
    Ok(Reply::bytes(200, "text/xml;charset=UTF-8", xml.finish()))
}

/// The second form of an MSP error: inside the list's own root, under HTTP 200.
pub(crate) fn error(number: &str, text: &str) -> Reply {
    let mut xml = Xml::declared();
    xml.doctype("USER_LIST_OUTPUT", "user_list_output.dtd");
    xml.open("USER_LIST_OUTPUT");
    xml.text_with("ERROR", &[("number", number)], text);
    xml.close("USER_LIST_OUTPUT");
    Reply::bytes(200, "text/xml;charset=UTF-8", xml.finish())
}

/// Whoever calls is a user too.
fn caller(call: &Call) -> User {
    User {
        login: call.login.clone(),
        id: 1001,
        first_name: "Evidence".to_owned(),
        last_name: "Collector".to_owned(),
        job_title: "Service account".to_owned(),
        email: "collector@acme.example".to_owned(),
        company: "Acme Example".to_owned(),
        status: "Active".to_owned(),
        created: call.now() - 300 * 86_400,
        last_login: Some(call.now() - 3600),
        role: call.tenant.caller_role.to_owned(),
        business_unit: "Unassigned".to_owned(),
        ..User::default()
    }
}

/// A restricted caller sees neither logins nor ids nor when somebody was last there.
fn record(xml: &mut Xml, user: &User, restricted: bool) {
    xml.open("USER");
    if !restricted {
        xml.cdata("USER_LOGIN", &user.login);
        xml.number("USER_ID", user.id);
        xml.void("EXTERNAL_ID", &[]);
    }
    contact(xml, user);
    if !user.group_titles.is_empty() {
        xml.open("ASSIGNED_ASSET_GROUPS");
        for title in &user.group_titles {
            xml.cdata("ASSET_GROUP_TITLE", title);
        }
        xml.close("ASSIGNED_ASSET_GROUPS");
    }
    xml.text("USER_STATUS", &user.status);
    xml.date("CREATION_DATE", Some(user.created));
    if !restricted {
        let seen = user.last_login.map_or_else(|| "N/A".to_owned(), xml::date);
        xml.text("LAST_LOGIN_DATE", &seen);
    }
    xml.text("USER_ROLE", &user.role);
    xml.cdata("BUSINESS_UNIT", &user.business_unit);
    xml.flag("UNIT_MANAGER_POC", user.unit_manager_poc);
    xml.flag("MANAGER_POC", user.manager_poc);
    xml.text("UI_INTERFACE_STYLE", "standard_blue");
    xml.open("PERMISSIONS");
    for (name, granted) in &user.permissions {
        xml.flag(name, *granted);
    }
    xml.close("PERMISSIONS");
    xml.open("NOTIFICATIONS");
    xml.text("LATEST_VULN", "weekly");
    xml.text("MAP", "none");
    xml.text("SCAN", "ags");
    xml.flag("DAILY_TICKETS", false);
    xml.close("NOTIFICATIONS");
    xml.close("USER");
}

fn contact(xml: &mut Xml, user: &User) {
    xml.open("CONTACT_INFO");
    for (name, value) in [
        ("FIRSTNAME", &user.first_name),
        ("LASTNAME", &user.last_name),
        ("TITLE", &user.job_title),
        ("PHONE", &user.phone),
        ("FAX", &user.fax),
        ("EMAIL", &user.email),
        ("COMPANY", &user.company),
        ("ADDRESS1", &user.address),
    ] {
        xml.cdata(name, value);
    }
    xml.void("ADDRESS2", &[]);
    for (name, value) in [
        ("CITY", &user.city),
        ("COUNTRY", &user.country),
        ("STATE", &user.state),
        ("ZIP_CODE", &user.zip_code),
    ] {
        xml.cdata(name, value);
    }
    xml.text("TIME_ZONE_CODE", "Auto");
    xml.close("CONTACT_INFO");
}
