//! `search/am/user`: the users of the portal, with roles and scope.

use super::call::Call;
use super::host_assets;
use super::node::Object;
use super::refusal::Refusal;
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use crate::tenant::Tenant;
use crate::tenant::model_reports::PortalUser;

static USERS: Table<PortalUser> = Table {
    kind: Kind { element: "User", schema: "xsd/2.0/am/user.xsd" },
    records: |tenant| &tenant.programme.portal_users,
    member: |_| true,
    id: |user| user.id,
    value,
    record,
};

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    Ok(USERS.search(call))
}

fn value<'a>(user: &'a PortalUser, field: &str) -> Value<'a> {
    match field {
        "id" => Value::Number(Some(user.id)),
        "username" => Value::Text(Some(&user.login)),
        "roleName" => Value::Text(user.roles.first().map(|(_, name)| name.as_str())),
        _ => Value::Unknown,
    }
}

fn record(_: &Tenant, user: &PortalUser, _: Detail) -> Object {
    let roles =
        user.roles.iter().map(|(id, name)| Object::new().number("id", *id).text("name", name));
    Object::new()
        .number("id", user.id)
        .text("username", &user.login)
        .text("firstName", &user.first_name)
        .text("lastName", &user.last_name)
        .text("emailAddress", &user.email)
        .text("title", &user.job_title)
        .list("scopeTags", "TagData", host_assets::simple(&user.scope_tags))
        .list("roleList", "RoleData", roles)
}
