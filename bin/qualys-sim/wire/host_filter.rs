//! Which hosts a host or detection list speaks of.

use std::net::IpAddr;

use regex::Regex;

use super::call::Call;
use super::params::{Ids, Kind, Parameter, Params, p};
use super::refusal::Refusal;
use crate::tenant::Tenant;
use crate::tenant::model::Host;

/// The parameters that the host list and the detection list share.
pub(crate) const SHARED: [Parameter; 37] = [
    p("ids", Kind::Ids),
    p("id_min", Kind::Number),
    p("id_max", Kind::Number),
    p("ips", Kind::Addresses),
    p("ipv6", Kind::Unbuilt),
    p("ag_ids", Kind::Ids),
    p("ag_titles", Kind::Text),
    p("network_ids", Kind::Text),
    p("os_pattern", Kind::Text),
    p("truncation_limit", Kind::Number),
    p("use_tags", Kind::Flag),
    p("tag_set_by", Kind::Word(&["id", "name"])),
    p("tag_include_selector", Kind::Word(&["any", "all"])),
    p("tag_exclude_selector", Kind::Word(&["any", "all"])),
    p("tag_set_include", Kind::Text),
    p("tag_set_exclude", Kind::Text),
    p("show_tags", Kind::Flag),
    p("show_asset_id", Kind::Flag),
    p("show_cloud_tags", Kind::Flag),
    p("cloud_tag_fields", Kind::Text),
    p("host_metadata", Kind::Word(&["all", "ec2", "google", "azure"])),
    p("host_metadata_fields", Kind::Text),
    p("os_hostname", Kind::Flag).since(3),
    p("compliance_enabled", Kind::Unbuilt),
    p("vm_scan_since", Kind::Time),
    p("no_vm_scan_since", Kind::Time),
    p("vm_scan_date_after", Kind::Time),
    p("vm_scan_date_before", Kind::Time),
    p("vm_auth_scan_date_after", Kind::Time),
    p("vm_auth_scan_date_before", Kind::Time),
    p("vm_processed_after", Kind::Time),
    p("vm_processed_before", Kind::Time),
    p("max_days_since_last_vm_scan", Kind::Number),
    p("compliance_scan_since", Kind::Time),
    p("no_compliance_scan_since", Kind::Time),
    p("scap_scan_since", Kind::Unbuilt),
    p("no_scap_scan_since", Kind::Unbuilt),
];

/// What the parameters above select.
#[derive(Debug)]
pub(crate) struct HostFilter {
    ids: Option<Ids>,
    addresses: Option<Ids>,
    groups: Option<Vec<u64>>,
    networks: Option<Vec<u32>>,
    os: Option<Regex>,
    tags: Option<TagFilter>,
    windows: Vec<Window>,
}

#[derive(Debug)]
struct TagFilter {
    by_id: bool,
    include: Vec<String>,
    include_all: bool,
    exclude: Vec<String>,
    exclude_all: bool,
}

/// A bound on one of a host's dates.
#[derive(Debug)]
struct Window {
    date: fn(&Host) -> Option<i64>,
    bound: i64,
    side: Side,
}

#[derive(Debug, Clone, Copy)]
enum Side {
    After,
    Before,
    /// Not since then: earlier, or never.
    NotSince,
}

type DateBound = (&'static str, fn(&Host) -> Option<i64>, Side);

const DATES: [DateBound; 10] = [
    ("vm_scan_since", |host| host.last_vm_scan, Side::After),
    ("no_vm_scan_since", |host| host.last_vm_scan, Side::NotSince),
    ("vm_scan_date_after", |host| host.last_vm_scan, Side::After),
    ("vm_scan_date_before", |host| host.last_vm_scan, Side::Before),
    ("vm_auth_scan_date_after", |host| host.last_vm_auth, Side::After),
    ("vm_auth_scan_date_before", |host| host.last_vm_auth, Side::Before),
    ("vm_processed_after", |host| host.last_vuln_scan, Side::After),
    ("vm_processed_before", |host| host.last_vuln_scan, Side::Before),
    ("compliance_scan_since", |host| host.last_compliance_scan, Side::After),
    ("no_compliance_scan_since", |host| host.last_compliance_scan, Side::NotSince),
];

impl HostFilter {
    /// Reads the filter of a call that passed the parameter table.
    pub(crate) fn read(call: &Call) -> Result<Self, Refusal> {
        let params = &call.params;
        params.exclusive(&["ag_ids", "ag_titles"])?;
        params.exclusive(&["vm_scan_since", "max_days_since_last_vm_scan"])?;
        let mut windows: Vec<Window> = DATES
            .iter()
            .filter_map(|(name, date, side)| {
                Some(Window { date: *date, bound: params.time(name)?, side: *side })
            })
            .collect();
        if let Some(days) = params.number("max_days_since_last_vm_scan") {
            let bound = call.now().saturating_sub_unsigned(days.saturating_mul(86_400));
            windows.push(Window { date: |host| host.last_vm_scan, bound, side: Side::After });
        }
        let os = params.get("os_pattern").map(Regex::new).transpose().map_err(|_| {
            let pattern = params.get("os_pattern").unwrap_or_default();
            Refusal::invalid("os_pattern", pattern, "not a regular expression")
        })?;
        Ok(Self {
            ids: params.ids("ids"),
            addresses: params.addresses("ips"),
            groups: groups(&call.tenant, params),
            networks: params
                .names("network_ids")
                .map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect()),
            os,
            tags: params.flag("use_tags").then(|| TagFilter::read(params)),
            windows,
        })
    }

    pub(crate) fn admits(&self, host: &Host) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(host.id))
            && self.addresses.as_ref().is_none_or(|set| in_addresses(set, host.ip))
            && self
                .groups
                .as_ref()
                .is_none_or(|groups| groups.iter().any(|group| host.group_ids.contains(group)))
            && self
                .networks
                .as_ref()
                .is_none_or(|networks| networks.contains(&host.network_id.unwrap_or(0)))
            && self
                .os
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(host.os.as_deref().unwrap_or_default()))
            && self.tags.as_ref().is_none_or(|tags| tags.admits(host))
            && self.windows.iter().all(|window| window.admits(host))
    }
}

fn in_addresses(set: &Ids, address: Option<IpAddr>) -> bool {
    match address {
        Some(IpAddr::V4(address)) => set.contains(u64::from(address.to_bits())),
        _ => false,
    }
}

/// The asked groups, where the built-in group `All` holds every host.
fn groups(tenant: &Tenant, params: &Params) -> Option<Vec<u64>> {
    let ids = params.ids("ag_ids");
    let titles = params.names("ag_titles");
    if ids.is_none() && titles.is_none() {
        return None;
    }
    let asked: Vec<_> = tenant
        .asset_groups
        .iter()
        .filter(|group| {
            ids.as_ref().is_some_and(|ids| ids.contains(group.id))
                || titles.as_ref().is_some_and(|titles| titles.contains(&group.title.as_str()))
        })
        .collect();
    if asked.iter().any(|group| group.title == "All") {
        return None;
    }
    Some(asked.iter().map(|group| group.id).collect())
}

impl TagFilter {
    fn read(params: &Params) -> Self {
        let list = |name: &str| -> Vec<String> {
            params.names(name).unwrap_or_default().into_iter().map(str::to_owned).collect()
        };
        Self {
            by_id: !params.is("tag_set_by", "name"),
            include: list("tag_set_include"),
            include_all: params.is("tag_include_selector", "all"),
            exclude: list("tag_set_exclude"),
            exclude_all: params.is("tag_exclude_selector", "all"),
        }
    }

    fn admits(&self, host: &Host) -> bool {
        let carries = |wanted: &String| {
            host.tags.iter().any(|tag| {
                if self.by_id { tag.id.to_string() == *wanted } else { tag.name == *wanted }
            })
        };
        let matches = |list: &[String], all: bool| {
            if all { list.iter().all(carries) } else { list.iter().any(carries) }
        };
        (self.include.is_empty() || matches(&self.include, self.include_all))
            && (self.exclude.is_empty() || !matches(&self.exclude, self.exclude_all))
    }
}

impl Window {
    fn admits(&self, host: &Host) -> bool {
        let date = (self.date)(host);
        match self.side {
            Side::After => date.is_some_and(|date| date >= self.bound),
            Side::Before => date.is_some_and(|date| date <= self.bound),
            Side::NotSince => date.is_none_or(|date| date < self.bound),
        }
    }
}
