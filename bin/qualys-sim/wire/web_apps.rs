//! `was/webapp`: a search shows little of a web application, `get` all of it.

use super::call::Call;
use super::node::Object;
use super::refusal::Refusal;
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use crate::tenant::Tenant;
use crate::tenant::model::TagRef;
use crate::tenant::model_web::WebApp;

static APPS: Table<WebApp> = Table {
    kind: Kind { element: "WebApp", schema: "xsd/3.0/was/webapp.xsd" },
    records: |tenant| &tenant.programme.web_apps,
    member: |_| true,
    id: |app| app.id,
    value,
    record,
};

pub(crate) fn answer(call: &Call) -> Result<Reply, Refusal> {
    Ok(APPS.search(call))
}

pub(crate) fn count(call: &Call) -> Result<Reply, Refusal> {
    Ok(APPS.count(call))
}

pub(crate) fn get(call: &Call) -> Result<Reply, Refusal> {
    Ok(APPS.get(call))
}

fn value<'a>(app: &'a WebApp, field: &str) -> Value<'a> {
    match field {
        "id" => Value::Number(Some(app.id)),
        "name" => Value::Text(Some(&app.name)),
        "url" => Value::Text(Some(&app.url)),
        "createdDate" => Value::Date(Some(app.created)),
        "updatedDate" => Value::Date(Some(app.updated)),
        "isScheduled" => Value::Flag(app.is_scheduled),
        "isScanned" => Value::Flag(app.last_scan.is_some()),
        _ => Value::Unknown,
    }
}

fn record(tenant: &Tenant, app: &WebApp, detail: Detail) -> Object {
    let head = reference(app);
    match detail {
        Detail::Thin | Detail::Verbose => {
            let head = head.maybe(app.owner.as_ref(), |object, owner| {
                object.object("owner", Object::new().number("id", owner.0))
            });
            let head = if detail == Detail::Verbose {
                head.counted("tags", "Tag", tags(&app.tags))
            } else {
                head.object("tags", Object::new().number("count", app.tags.len() as u64))
            };
            head.date("createdDate", Some(app.created)).date("updatedDate", Some(app.updated))
        }
        Detail::Full => full(tenant, app, head),
    }
}

fn full(tenant: &Tenant, app: &WebApp, head: Object) -> Object {
    let scan =
        app.last_scan.and_then(|id| tenant.programme.was_scans.iter().find(|scan| scan.id == id));
    let records = app
        .auth_records
        .iter()
        .map(|(id, name)| Object::new().number("id", *id).section("name", name));
    let secret = |what: &str| format!("planted-{what}-{}", app.id);
    let attribute =
        Object::new().text("name", "Deployment token").section("value", secret("attribute"));
    let comment = Object::new().section("contents", secret("comment"));
    let none: [Object; 0] = [];
    head.maybe(app.owner.as_ref(), |object, owner| object.object("owner", person(owner)))
        .text("scope", "ALL")
        .counted("attributes", "Attribute", [attribute])
        .object(
            "defaultProfile",
            Object::new().number("id", app.option_profile.0).section("name", &app.option_profile.1),
        )
        .object("defaultScanner", Object::new().text("type", "EXTERNAL"))
        .flag("scannerLocked", false)
        .text("progressiveScanning", "DISABLED")
        .counted("urlExcludelist", "UrlEntry", none.clone())
        .counted("authRecords", "WebAppAuthRecord", records)
        .text("useRobots", "IGNORE")
        .flag("useSitemap", false)
        .section("headers", format!("X-Api-Key: {}", secret("header")))
        .flag("malwareMonitoring", false)
        .counted("tags", "Tag", tags(&app.tags))
        .counted("comments", "Comment", [comment])
        .flag("isScheduled", app.is_scheduled)
        .maybe(scan, |object, scan| {
            let summary = Object::new()
                .text("resultsStatus", &scan.results_status)
                .text("authStatus", &scan.auth_status);
            let scan = Object::new()
                .number("id", scan.id)
                .section("name", &scan.name)
                .object("summary", summary);
            object.object("lastScan", scan)
        })
        .date("createdDate", Some(app.created))
        .date("updatedDate", Some(app.updated))
        .section("screenshot", secret("screenshot"))
        .object("proxy", Object::new().text("url", secret("proxy")))
        .object("config", Object::new())
        .counted(
            "crawlingScripts",
            "SeleniumScript",
            [Object::new().text("name", "sign in").section("data", secret("script"))],
        )
}

/// Id, name and address, as other records name an application.
pub(super) fn reference(app: &WebApp) -> Object {
    Object::new().number("id", app.id).section("name", &app.name).section("url", &app.url)
}

/// The application with this id: its id alone, where it was deleted.
pub(super) fn named(tenant: &Tenant, id: u64) -> Object {
    let app = tenant.programme.web_apps.iter().find(|app| app.id == id);
    app.map_or_else(|| Object::new().number("id", id), reference)
}

pub(super) fn tags(tags: &[TagRef]) -> impl Iterator<Item = Object> {
    tags.iter().map(|tag| Object::new().number("id", tag.id).section("name", &tag.name))
}

fn person((id, login, first, last): &(u64, String, String, String)) -> Object {
    Object::new()
        .number("id", *id)
        .text("username", login)
        .section("firstName", first)
        .section("lastName", last)
}
