//! `profile`: writes the profile of a tenant and its input files, from the tenant's own model.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;

use crate::tenant::declared::{Declared, Review};
use crate::tenant::reporting::{PATCH_REPORT, REQUIRED};
use crate::tenant::{Kind, Tenant, agent_cases, appliance_cases, detections, log_cases, tag_cases};
use crate::wire::option_profiles::fingerprint;
use crate::wire::xml::date;

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    Rows { path: PathBuf, source: csv::Error },
    #[error("profile.toml: {0}")]
    Toml(#[from] toml::ser::Error),
}

/// Groups leave out the first and last address of their block: the limit allows for four of 256.
const COVER_MIN: f64 = 252.0 / 256.0;

const NETWORKS: &str = "cidr,name,owner,segment,network_id,env,scope,monitored,expires,note";
const ASSETS: &str =
    "asset_id,hostname,fqdn,ip,ipv6,cloud_instance_id,os,status,owner,segment,scope,first_seen";
const ACCOUNTS: &str = "provider,account_id,name,owner,env,monitored";
const WEB_APPS: &str = "url,name,owner,env,requires_auth,scope";
const EXPLOITED: &str = "cveID,vendorProject,dateAdded,dueDate";
const RECIPIENTS: &str = "group,name,email,type,approved_by,expires";

/// Writes `profile.toml` and its inputs into `folder`, which is made where it is missing.
pub(crate) fn write(tenant: &Tenant, folder: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(folder)
        .map_err(|source| Error::File { path: folder.to_owned(), source })?;
    let declared = &tenant.declared;
    rows(&folder.join("networks.csv"), NETWORKS, &declared.networks)?;
    rows(&folder.join("assets.csv"), ASSETS, &declared.assets)?;
    rows(&folder.join("cloud_accounts.csv"), ACCOUNTS, &declared.accounts)?;
    rows(&folder.join("webapps.csv"), WEB_APPS, &declared.apps)?;
    rows(&folder.join("recipients.csv"), RECIPIENTS, &declared.recipients)?;
    rows(&folder.join("kev.csv"), EXPLOITED, &declared.exploited)?;
    let inputs = json!({
        "networks": "networks.csv",
        "assets": "assets.csv",
        "cloud_accounts": "cloud_accounts.csv",
        "webapps": "webapps.csv",
        "recipients": "recipients.csv",
        "attestations": "attestations.toml",
        "kev": "kev.csv",
    });
    text(&folder.join("attestations.toml"), &attestations(&declared.reviews))?;
    text(&folder.join("profile.toml"), &toml::to_string(&profile(tenant, &inputs))?)
}

/// Writes the columns, which are the fields of the rows in their order, even where there is no row.
fn rows<Row: Serialize>(path: &Path, columns: &str, rows: &[Row]) -> Result<(), Error> {
    let wrong = |source| Error::Rows { path: path.to_owned(), source };
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_path(path).map_err(wrong)?;
    writer.write_record(columns.split(',')).map_err(wrong)?;
    for row in rows {
        writer.serialize(row).map_err(wrong)?;
    }
    writer.flush().map_err(|source| Error::File { path: path.to_owned(), source })
}

fn text(path: &Path, text: &str) -> Result<(), Error> {
    std::fs::write(path, text).map_err(|source| Error::File { path: path.to_owned(), source })
}

fn profile(tenant: &Tenant, inputs: &serde_json::Value) -> serde_json::Value {
    let Declared { segments, policies, required_tags, approved, .. } = &tenant.declared;
    let approved: BTreeMap<_, _> =
        approved.iter().map(|one| (&one.title, fingerprint(one))).collect();
    let required: Vec<_> = required_tags
        .iter()
        .map(|name| json!({ "name": name, "frameworks": ["PCI-DSS"] }))
        .collect();
    // In the first week nothing faces the internet.
    let exposure = if tenant.kind == Kind::Fresh { "none" } else { "declared" };
    json!({
        "schema": 1,
        "name": format!("acme-{}", tenant.kind.name()),
        "scope": { "external_exposure": exposure },
        "inputs": inputs,
        "sla": { "low": detections::LOW },
        "c04": { "range_cover_min": COVER_MIN },
        "c06": { "min_software_version": appliance_cases::LEAST },
        "c07": { "min_version": BTreeMap::from(agent_cases::LEAST) },
        "c14": { "asv": "required" },
        "c19": { "allowed_cidrs": [log_cases::ALLOWED] },
        "tag": {
            "required": required,
            "exclusive": [{ "names": tag_cases::EXCLUSIVE }],
            "ephemeral": tag_cases::SHORT_LIVED,
        },
        "users": { "allowed_domains": ["acme.example"] },
        "distribution": {
            "allowed_groups": ["VM-Owners"],
            "allowed_domains": ["acme.example"],
        },
        "option_profiles": { "approved": approved, "expect": {
            "internal": { "authentication": "required", "detection": "complete", "tcp": "standard" },
            "external": {
                "authentication": "any", "detection": "complete", "tcp": "full",
                "performance_max": "normal",
            },
            "ot": { "performance_max": "low", "brute_force_max": "minimal", "tcp_max": "standard" },
        } },
        "segment": segments,
        "policy": { "required": policies },
        "report": { "required": [
            { "name": "Monthly vulnerability report", "match": REQUIRED },
            { "name": "Patch report", "match": PATCH_REPORT },
        ] },
    })
}

/// The periods that somebody reviewed.
fn attestations(reviews: &[Review]) -> String {
    let entries = reviews.iter().map(|Review { control, from, to }| {
        let (from, to) = (date(*from), date(*to));
        format!(
            "[[attestation]]\ncontrol = {control}\nreviewer = \"auditor@acme.example\"\n\
             reviewed_from = {from}\nreviewed_to = {to}\ndate = {to}\n\
             evidence = \"Weekly review, ticket SEC-1204\"\n"
        )
    });
    entries.collect::<Vec<_>>().join("\n")
}
