//! `auth/` and `auth/{type}/`: the authentication records, as ids by technology and one by one.

use super::call::Call;
use super::listing::{self, Listing, Page, RECORD, TAIL, Url};
use super::params::{Kind, Parameter, p};
use super::ranges;
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Style, Xml};
use crate::tenant::model_auth::AuthRecord;

pub(crate) const PARAMETERS: &[Parameter] = &[
    p("title", Kind::Text),
    p("comments", Kind::Text),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
];

pub(crate) const DETAIL_PARAMETERS: &[Parameter] = &[
    p("title", Kind::Text),
    p("comments", Kind::Text),
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("details", Kind::Word(&["Basic", "All", "None"])),
    p("status", Kind::Flag),
    p("is_system_created", Kind::Unbuilt),
    p("is_template", Kind::Unbuilt),
];

/// The fixed page of these lists.
const PAGE: u64 = 1000;

/// How one technology is called.
#[derive(Debug)]
pub(super) struct Technology {
    /// The last part of the path.
    pub(super) slug: &'static str,
    root: &'static str,
    list: &'static str,
    record: &'static str,
}

macro_rules! technologies {
    ($($slug:literal $name:literal),* $(,)?) => {
        &[$(Technology {
            slug: $slug,
            root: concat!("AUTH_", $name, "_LIST_OUTPUT"),
            list: concat!("AUTH_", $name, "_LIST"),
            record: concat!("AUTH_", $name),
        }),*]
    };
}

/// The technologies of the guide. Cisco and Check Point are records of `unix` with a sub type.
#[rustfmt::skip]
pub(super) const TECHNOLOGIES: &[Technology] = technologies![
    "apache" "APACHE", "azure_ms_sql" "AZURE_MS_SQL", "bind" "BIND", "cassandra" "CASSANDRA",
    "cisco_apic" "CISCO_APIC", "datastax" "DATASTAX", "docker" "DOCKER", "greenplum" "GREENPLUM",
    "http" "HTTP", "ibm_db2" "IBM_DB2", "ibm_websphere" "IBM_WEBSPHERE", "infoblox" "INFOBLOX",
    "informixdb" "INFORMIXDB", "jboss" "JBOSS", "kubernetes" "KUBERNETES", "mariadb" "MARIADB",
    "marklogic" "MARKLOGIC", "microsoft_sharepoint" "MICROSOFT_SHAREPOINT", "mongodb" "MONGODB",
    "ms_exchange" "MS_EXCHANGE", "ms_iis" "MS_IIS", "ms_sql" "MS_SQL", "mysql" "MYSQL",
    "neo4j" "NEO4J", "network_ssh" "NETWORK_SSH", "nginx" "NGINX", "nsx" "NSX", "oracle" "ORACLE",
    "oracle_http_server" "ORACLE_HTTP_SERVER", "oracle_listener" "ORACLE_LISTENER",
    "oracle_weblogic" "ORACLE_WEBLOGIC", "palo_alto_firewall" "PALO_ALTO_FIREWALL",
    "postgresql" "POSTGRESQL", "sap_hana" "SAP_HANA", "sapiq" "SAPIQ", "snmp" "SNMP",
    "sybase" "SYBASE", "tomcat" "TOMCAT", "unix" "UNIX", "vcenter" "VCENTER", "vmware" "VMWARE",
    "windows" "WINDOWS",
];

/// The ids of the records, grouped by technology.
pub(crate) fn ids(call: &Call) -> Result<Reply, Refusal> {
    let mut records = selected(call, |_| true)?;
    records.sort_by_key(|record| record.id);
    let page = Page::take(call, PAGE, records.into_iter().map(|record| (record.id, record)));
    let tail = page.warning(call, Url::Escaped, &[]);
    // The child's suffix is `_IDS` in running answers and `_RECORDS` in the newer documentation.
    let (root, suffix) = if call.version >= 3 {
        ("AUTH_LIST_OUTPUT", "RECORDS")
    } else {
        ("AUTH_RECORDS_OUTPUT", "IDS")
    };
    let mut xml = Xml::part(RECORD, Style::default());
    for Technology { slug, record, .. } in TECHNOLOGIES {
        let ids: Vec<u64> =
            page.items.iter().filter(|one| one.kind == *slug).map(|one| one.id).collect();
        if ids.is_empty() {
            continue;
        }
        let element = format!("{record}_{suffix}");
        xml.open(&element);
        xml.open("ID_SET");
        xml.bytes(&listing::id_set(ids.into_iter(), Style::default()));
        xml.close("ID_SET");
        xml.close(&element);
    }
    let listing = Listing::new(call, root, "AUTH_RECORDS", "auth/auth_records.dtd");
    Ok(listing.reply(call.now(), page.items.is_empty(), std::iter::once(xml.finish()), &tail))
}

/// The records of one technology, which the path names.
pub(crate) fn details(call: &Call) -> Result<Reply, Refusal> {
    let slug = call.last_part();
    let Some(technology) = TECHNOLOGIES.iter().find(|known| known.slug == slug) else {
        return Ok(super::refusal::front_end(404, "404 Not Found"));
    };
    let active = call.params.get("status").map(|_| call.params.flag("status"));
    let mut records = selected(call, |record| {
        record.kind == slug && active.is_none_or(|active| record.active == active)
    })?;
    records.sort_by_key(|record| record.id);
    let page = Page::take(call, PAGE, records.into_iter().map(|record| (record.id, record)));
    let mut tail = page.warning(call, Url::Padded, &[("details", "Basic")]);
    let dtd = format!("auth/{slug}/auth_{slug}_list_output.dtd");
    let mut listing = Listing::new(call, technology.root, technology.list, &dtd);
    let empty = page.items.is_empty();
    if call.params.is("details", "none") {
        listing.list = "ID_SET";
        let ids = page.items.iter().map(|record| record.id);
        let set = listing::id_set(ids, Style::default());
        return Ok(listing.reply(call.now(), empty, std::iter::once(set), &tail));
    }
    if call.params.is("details", "all") {
        tail.extend(glossary(&page.items));
    }
    let records: Vec<Vec<u8>> =
        page.items.into_iter().map(|one| record(one, technology.record)).collect();
    Ok(listing.reply(call.now(), empty, records.into_iter(), &tail))
}

/// Readers may not see authentication records at all.
fn selected(call: &Call, of: impl Fn(&AuthRecord) -> bool) -> Result<Vec<&AuthRecord>, Refusal> {
    if call.restricted() {
        return Err(Refusal::forbidden());
    }
    let ids = call.params.ids("ids");
    let (title, comments) = (call.params.get("title"), call.params.get("comments"));
    let records = call.tenant.programme.auth_records.iter();
    Ok(records
        .filter(|record| {
            of(record)
                && ids.as_ref().is_none_or(|ids| ids.contains(record.id))
                && title.is_none_or(|part| record.title.contains(part))
                && comments.is_none_or(|part| record.comments.contains(part))
        })
        .collect())
}

fn record(record: &AuthRecord, name: &str) -> Vec<u8> {
    let mut xml =
        Xml::part(RECORD, Style { padded: record.id.is_multiple_of(3), lower_case: false });
    xml.open(name);
    xml.number("ID", record.id);
    xml.cdata("TITLE", &record.title);
    if record.kind != "snmp" {
        xml.cdata("USERNAME", &record.username);
    }
    secrets(&mut xml, record);
    if let Some(kind) = record.sub_type {
        xml.text("SUB_TYPE", kind);
    }
    if record.kind == "windows" {
        xml.text("NTLM", "2");
        xml.some("WINDOWS_AD_DOMAIN", record.domain.as_deref());
    }
    if record.kind == "unix" {
        xml.flag("SKIP_PASSWORD", false);
        xml.flag("CLEARTEXT_PASSWORD", false);
    }
    if !record.ranges.is_empty() {
        xml.open("IP_SET");
        for range in &record.ranges {
            ranges::element(
                &mut xml,
                &crate::tenant::model::IpRange { network_id: None, ..range.clone() },
                None,
            );
        }
        xml.close("IP_SET");
    }
    xml.text("LOGIN_TYPE", record.login_type);
    if let Some(vault) = &record.vault {
        xml.open("DIGITAL_VAULT");
        xml.number("DIGITAL_VAULT_ID", record.id + 50_000);
        xml.text("DIGITAL_VAULT_TYPE", "HashiCorp");
        xml.cdata("DIGITAL_VAULT_TITLE", vault);
        xml.close("DIGITAL_VAULT");
    }
    if let Some(id) = record.network_id {
        xml.number("NETWORK_ID", id);
    }
    xml.open("CREATED");
    xml.date("DATETIME", Some(record.created));
    xml.text("BY", &record.created_by);
    xml.close("CREATED");
    xml.open("LAST_MODIFIED");
    xml.date("DATETIME", Some(record.modified));
    xml.close("LAST_MODIFIED");
    xml.flag("STATUS", record.active);
    xml.cdata("COMMENTS", &record.comments);
    xml.close(name);
    xml.finish()
}

/// What a caller with the permission to view passwords gets to see.
fn secrets(xml: &mut Xml, record: &AuthRecord) {
    let secret = format!("planted-secret-auth-{}", record.id);
    match record.kind {
        "snmp" => {
            xml.open("COMMUNITY_STRINGS");
            xml.cdata("COMMUNITY_STRING", &secret);
            xml.close("COMMUNITY_STRINGS");
        }
        "unix" | "network_ssh" if record.id.is_multiple_of(2) => {
            xml.open("PRIVATE_KEY_CERTIFICATE");
            xml.cdata("PRIVATE_KEY", &secret);
            xml.cdata("PASSPHRASE", &secret);
            xml.close("PRIVATE_KEY_CERTIFICATE");
        }
        _ if record.login_type == "basic" => xml.cdata("PASSWORD", &secret),
        _ => {}
    }
}

/// The owners of the records of the page.
fn glossary(records: &[&AuthRecord]) -> Vec<u8> {
    let mut logins: Vec<&str> = records.iter().map(|record| record.created_by.as_str()).collect();
    logins.sort_unstable();
    logins.dedup();
    let mut xml = Xml::part(TAIL, Style::default());
    if logins.is_empty() {
        return xml.finish();
    }
    xml.open("GLOSSARY");
    xml.open("USER_LIST");
    for login in logins {
        xml.open("USER");
        xml.text("USER_LOGIN", login);
        xml.close("USER");
    }
    xml.close("USER_LIST");
    xml.close("GLOSSARY");
    xml.finish()
}
