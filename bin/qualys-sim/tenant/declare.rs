//! The healthy part of what every tenant declares, and what cannot be judged without it.

use super::builder::{Builder, DAY};
use super::cloud::AWS_ACCOUNT;
use super::declared::{
    DeclaredAccount, DeclaredApp, DeclaredAsset, DeclaredNetwork, Recipient, RequiredPolicy, YesNo,
    cidr, v4_of,
};
use super::key::Resource;
use super::model::User;

/// Checks that nothing can be said of without an input file or a table of the profile.
const NEED_INPUTS: &[&str] = &[
    "C03-06", "C03-10", "C03-12", "C04-01", "C04-02", "C04-05", "C04-06", "C04-09", "C12-05",
    "C12-06", "C12-07", "C13-11", "C14-06", "C15-05", "C15-09", "C18-05", "C19-05", "C19-09",
    "C20-01", "C20-02", "C20-03", "C20-04", "C20-05", "C20-06", "C20-07", "C20-08", "C20-09",
    "C20-10",
];

/// The blocks of the address plan.
const PLAN: [([u8; 4], u32); 2] = [([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12)];

pub(crate) fn without_inputs(b: &mut Builder) {
    let plain = b.key.plain();
    for check in NEED_INPUTS {
        let why = "nothing is declared";
        plain.unknown("unknown/no-input", check, Resource::subscription(), why);
        plain.without_finding(check, "not_assessed");
    }
    let why = "no answer shows which severity a user has changed from what";
    b.key.unknown("unknown/always", "C16-11", Resource::subscription(), why);
    b.key.without_finding("C16-11", "not_assessed");
    let why = "no answer that is collected holds tickets";
    b.key.unknown("unknown/always", "C17-07", Resource::subscription(), why);
    b.key.without_finding("C17-07", "not_assessed");
    // With segments it is they that may depend on one appliance; none is that large.
    let own = b.key.own();
    own.not_applicable("na/segments", "C06-07", Resource::subscription(), "no large segment");
    own.without_finding("C06-07", "not_applicable");
    let why = "restricted addresses concern logins, not scans";
    b.key.not_applicable("na/always", "C16-13", Resource::subscription(), why);
    b.key.without_finding("C16-13", "not_applicable");
    for (check, why) in [
        ("C05-05", "no account is declared"),
        ("C06-06", "no least version is declared"),
        ("C09-03", "no policy is required"),
        ("C14-08", "only the baseline pci asks for it"),
        ("C18-03", "no tag is required"),
        ("C18-04", "no tag is required"),
        ("C18-08", "no tag is required"),
        ("C18-09", "no tags exclude each other"),
        ("C18-10", "short-lived hosts need no tag"),
    ] {
        let plain = b.key.plain();
        plain.not_applicable("na/undeclared", check, Resource::subscription(), why);
        plain.without_finding(check, "not_applicable");
    }
}

/// Everything that follows from the groups, hosts and users, once they are all there.
pub(crate) fn healthy(b: &mut Builder, users: &[User]) {
    networks(b);
    let nameless = b.hosts.iter().filter(|planted| planted.host.ip.is_none());
    let rows: Vec<DeclaredAsset> = nameless
        .map(|planted| {
            let id = planted.host.id;
            let fqdn = planted.host.dns.clone();
            DeclaredAsset { fqdn, ..asset(b, &format!("CI-{id}")) }
        })
        .collect();
    b.declared.assets.extend(rows);
    accounts(b);
    apps(b);
    people(b, users);
    for (pattern, os) in [("^Windows Server", "windows"), ("^Enterprise Linux", "linux")] {
        b.declared.policies.push(RequiredPolicy { pattern, applies_to_os: os });
        let required = Resource::of("required_policy", pattern);
        b.key.own().none("near/required", "C09-03", required, "an active policy, assigned");
    }
}

/// The address plan, and each block that is a group's.
fn networks(b: &mut Builder) {
    let second = b.network(super::builder::BRANCH_NETWORK);
    for network in [Some(0), second].into_iter().flatten() {
        for (base, len) in PLAN {
            let block = cidr(u32::from_be_bytes(base), len);
            let row = DeclaredNetwork::new(block.clone(), "Address plan", network);
            b.declared.networks.push(row.unmonitored("only its used blocks are monitored"));
            let id = format!("{block}@{network}");
            let resource = Resource::of("network_range", id);
            for check in ["C04-01", "C04-02"] {
                b.key.own().none("near/plan", check, resource.clone(), "nobody has to monitor it");
            }
        }
    }
    for (title, base, len, network, external) in blocks(b) {
        let block = cidr(base, len);
        if b.declared.networks.iter().any(|row| row.cidr == block && row.network_id == network) {
            continue;
        }
        let resource = Resource::of("network_range", format!("{block}@{network}"));
        b.key.own().none("near/subscribed", "C04-01", resource.clone(), "it is subscribed");
        let why = "all but its first and last address are subscribed: at least 254 of 256";
        b.key.own().none("near/254-of-256", "C04-02", resource.clone(), why);
        let mut row = DeclaredNetwork::new(block, &title, network);
        if let Some(scope) = b.declared.scopes.iter().find(|scope| scope.cidr == row.cidr) {
            scope.segment.clone_into(&mut row.segment);
            scope.tag.clone_into(&mut row.scope);
        }
        if external {
            b.key.own().none("near/subscribed", "C14-06", resource, "it is subscribed");
            b.declared.networks.push(row.external());
        } else {
            b.declared.networks.push(row);
        }
    }
}

/// Title, first address, length, network of each group that fills a block but for its ends, and
/// whether the block is public.
fn blocks(b: &Builder) -> Vec<(String, u32, u32, u32, bool)> {
    let mut blocks = Vec::new();
    for group in b.groups.iter().filter(|group| group.title != "All") {
        let [range] = &group.ip_set[..] else { continue };
        let (Some(first), Some(last)) = (v4_of(Some(range.first)), v4_of(Some(range.last))) else {
            continue;
        };
        let (first, last) = (u32::from(first), u32::from(last));
        let size = u64::from(last - first) + 3;
        if size >= 256 && size.is_power_of_two() && u64::from(first - 1).is_multiple_of(size) {
            let network = range.network_id.unwrap_or(0);
            let public = !range.first.is_ipv4() || !is_private(range.first);
            blocks.push((
                group.title.clone(),
                first - 1,
                32 - size.trailing_zeros(),
                network,
                public,
            ));
        }
    }
    blocks
}

fn is_private(address: std::net::IpAddr) -> bool {
    matches!(address, std::net::IpAddr::V4(address) if address.is_private())
}

fn accounts(b: &mut Builder) {
    for (provider, account) in [
        ("aws", AWS_ACCOUNT.to_owned()),
        ("azure", super::hosts::guid(71, 31)),
        ("gcp", "acme-example-prod".to_owned()),
    ] {
        let resource = Resource::of("cloud_account", format!("{provider}/{account}"));
        b.key.own().none("near/connected", "C05-05", resource, "an enabled connector");
        b.declared.accounts.push(account_row(provider, account, YesNo::Yes));
    }
}

pub(crate) fn account_row(
    provider: &'static str,
    account_id: String,
    monitored: YesNo,
) -> DeclaredAccount {
    DeclaredAccount {
        provider,
        name: format!("Account {account_id}"),
        account_id,
        owner: "cloud-team".to_owned(),
        env: "production",
        monitored,
    }
}

fn apps(b: &mut Builder) {
    let known: Vec<(u64, String, String)> = b
        .programme
        .web_apps
        .iter()
        .take(3)
        .map(|app| (app.id, app.name.clone(), app.url.clone()))
        .collect();
    for (id, name, url) in known {
        b.key.own().none("near/known", "C15-09", Resource::of("site", &url), "in WAS");
        b.key.own().none("near/record", "C15-05", Resource::of("webapp", id), "it has a record");
        b.declared.apps.push(app_row(&url, &name, YesNo::Yes));
    }
}

pub(crate) fn app_row(url: &str, name: &str, requires_auth: YesNo) -> DeclaredApp {
    DeclaredApp {
        url: url.to_owned(),
        name: name.to_owned(),
        owner: "web-team".to_owned(),
        env: "production",
        requires_auth,
        scope: String::new(),
    }
}

/// The distribution group that every schedule notifies.
pub(crate) const OWNERS: &str = "VM-Owners";

fn people(b: &mut Builder, users: &[User]) {
    for user in users.iter().filter(|user| user.status == "Active").take(2) {
        let row = recipient(b, OWNERS, &user.email, 200 * DAY);
        b.declared.recipients.push(row);
        let resource = super::report_cases::recipient(&user.email, OWNERS);
        b.key.own().none("near/inside", "C12-06", resource.clone(), "an address of the domain");
        b.key.own().none("near/active", "C12-07", resource, "an active user");
    }
    let group = Resource::of("distribution_group", OWNERS);
    b.key.own().none("near/allowed", "C12-05", group, "on the list");
}

/// A recipient whose approval holds for so many seconds more.
pub(crate) fn recipient(b: &Builder, group: &str, email: &str, holds: i64) -> Recipient {
    let day = jiff::Timestamp::from_second(b.clock + holds).unwrap_or_default();
    Recipient {
        group: group.to_owned(),
        name: "A reader".to_owned(),
        email: email.to_owned(),
        kind: "user",
        approved_by: "ciso@acme.example".to_owned(),
        expires: day.strftime("%Y-%m-%d").to_string(),
    }
}

/// An active asset, known for 100 days.
pub(crate) fn asset(b: &Builder, id: &str) -> DeclaredAsset {
    DeclaredAsset {
        asset_id: id.to_owned(),
        os: "Linux".to_owned(),
        status: "active",
        owner: "server-team".to_owned(),
        first_seen: crate::wire::xml::date(b.ago(100 * DAY)),
        ..DeclaredAsset::default()
    }
}
