//! `collect plan`: the calls of a run with estimated pages and hours, without sending any.

use crate::cli;
use crate::error::Error;
use crate::request::qps_page;
use crate::selection::Selection;
use crate::servers::{Servers, authority};
use crate::terminal::{counted, data, grouped, harmless};
use qualys_sec_inspector::catalogue::{Endpoint, FanOut, Method, Paging};
use reqwest::Url;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// QIDs of the knowledge base, roughly; no subscription's detections name more of them.
const QIDS: u64 = 200_000;

/// Records of a page of a list whose size is left to the service.
const OWN_PAGE: u64 = 1000;

/// # Errors
/// A wrong platform or selection; stdout cannot be written.
pub(crate) fn run(plan: &cli::Plan) -> Result<(), Error> {
    let servers = Servers::find(plan.platform.named())?;
    let selection = Selection::new(&plan.scope)?;
    let text = harmless_lines(&text(plan, &servers, &selection));
    data(&text).map_err(|source| Error::write("stdout".as_ref(), source))
}

fn text(plan: &cli::Plan, servers: &Servers, selection: &Selection) -> String {
    let server = |url: &Option<Url>| url.as_ref().map_or("unknown".to_owned(), authority);
    let mut out = format!(
        "server {} ({}), gateway {}, portal {}\n\n",
        authority(&servers.api),
        servers.name,
        server(&servers.gateway),
        server(&servers.portal)
    );
    let hours = plan.assume_limit.map(|limit| move |pages: &Pages| pages.hours(limit).text());
    let mut line = |id: &str, calls: &str, hours: &str, what: &str| {
        let _ = writeln!(out, "{id:<24} {calls:>12} {hours:>9}  {what}");
    };
    line("endpoint", "calls", if hours.is_some() { "hours" } else { "" }, "call");
    let mut total = Pages::default();
    let mut apis: BTreeMap<String, Pages> = BTreeMap::new();
    for endpoint in &selection.asked {
        let pages = pages(endpoint, plan.assume_hosts, plan.assume_detections);
        total.add(&pages);
        apis.entry(api(endpoint)).or_default().add(&pages);
        let waiting = hours.as_ref().map_or_else(String::new, |hours| hours(&pages));
        line(endpoint.id, &pages.text(), &waiting, &call(endpoint, plan));
    }
    for (endpoint, why) in &selection.skipped {
        line(endpoint.id, "-", "", &format!("skipped: {why}"));
    }
    let _ = writeln!(out, "\n{} calls in all", total.text());
    if total.most.is_none() {
        out.push_str("`+`: grows with the subscription; ");
        out.push_str("--assume-hosts and --assume-detections give estimates\n");
    }
    if let Some(limit) = plan.assume_limit {
        // The service counts each API by itself over a sliding hour; the first hour's calls wait
        // for nothing, and a call that would be refused is not made before its time.
        let mut waiting = Pages::default();
        for calls in apis.values().map(|pages| pages.hours(limit)) {
            waiting.least = waiting.least.max(calls.least);
            waiting.most = waiting.most.zip(calls.most).map(|(most, more)| most.max(more));
        }
        let calls = counted(limit, "call");
        let _ =
            writeln!(out, "{} hours of waiting at {calls} an hour for each API", waiting.text());
    }
    out
}

/// What the service counts together: the path without its version.
fn api(endpoint: &Endpoint) -> String {
    let path = endpoint.variants.first().map_or("", |newest| newest.path);
    let is_version =
        |part: &&str| part.split_once('.').is_some_and(|(n, _)| n.parse::<u8>().is_ok());
    path.split('/').filter(|part| !is_version(part)).collect::<Vec<_>>().join("/")
}

/// The newest variant of a call, as it would be sent first.
fn call(endpoint: &Endpoint, plan: &cli::Plan) -> String {
    let method = match endpoint.method {
        Method::Get => "GET",
        Method::Post => "POST",
    };
    let Some(newest) = endpoint.variants.first() else { return method.to_owned() };
    let mut call = format!("{method} {}", newest.path);
    let mut params: Vec<String> = newest.params.iter().map(|(k, v)| format!("{k}={v}")).collect();
    if let Some(since) = endpoint.since {
        params.push(format!("{since}=<{} days ago>", plan.scope.activity_days));
    }
    if let Some(fan_out) = endpoint.fan_out {
        let sources: Vec<&str> = fan_out.sources.iter().map(|source| source.endpoint).collect();
        let from = sources.first().copied().unwrap_or_default();
        let ids = match fan_out.batch {
            1 => "each id".to_owned(),
            batch => format!("{batch} ids"),
        };
        let param = if fan_out.param.is_empty() { "{}" } else { fan_out.param };
        params.push(format!("{param}=<{ids} of {from}>"));
    }
    if !params.is_empty() {
        let _ = write!(call, " {}", params.join(" "));
    }
    call
}

/// Between which bounds a number of pages, or of hours, lies.
struct Pages {
    least: u64,
    /// None where more may come than is known here.
    most: Option<u64>,
}

impl Default for Pages {
    fn default() -> Self {
        Self { least: 0, most: Some(0) }
    }
}

impl Pages {
    fn add(&mut self, more: &Self) {
        self.least = self.least.saturating_add(more.least);
        self.most = self.most.zip(more.most).map(|(sum, more)| sum.saturating_add(more));
    }

    /// Whole hours that these calls wait where `limit` of them are free in one.
    fn hours(&self, limit: u64) -> Self {
        let hours = |calls: u64| calls.saturating_sub(1) / limit;
        Self { least: hours(self.least), most: self.most.map(hours) }
    }

    fn text(&self) -> String {
        let least = grouped(self.least);
        match self.most {
            None => format!("{least}+"),
            Some(most) if most == self.least => least,
            Some(most) => format!("{least}-{}", grouped(most)),
        }
    }
}

fn pages(endpoint: &Endpoint, hosts: Option<u64>, detections: Option<u64>) -> Pages {
    let Some(page) = page_size(endpoint) else { return Pages { least: 1, most: Some(1) } };
    let of = |subjects: u64| subjects.div_ceil(page).max(1);
    match (endpoint.record, endpoint.fan_out) {
        ("HOST" | "HostAsset" | "assetListData/asset", _) => {
            Pages { least: hosts.map_or(1, of), most: hosts.map(of) }
        }
        // Few or many detections may share a QID.
        (_, Some(fan_out)) if is_of_detections(fan_out) => {
            Pages { least: 1, most: detections.map(|detections| of(detections.min(QIDS))) }
        }
        _ => Pages { least: 1, most: None },
    }
}

/// Records of one page; none where one answer holds everything.
fn page_size(endpoint: &Endpoint) -> Option<u64> {
    if let Some(fan_out) = endpoint.fan_out {
        return Some(fan_out.batch as u64);
    }
    if endpoint.paging == Paging::LastId {
        return Some(u64::from(qps_page(endpoint)));
    }
    let newest = endpoint.variants.first()?;
    let is_size = |name: &str| matches!(name, "truncation_limit" | "pageSize");
    let size = newest.params.iter().find(|(name, _)| is_size(name));
    match endpoint.paging {
        Paging::Whole => None,
        // Where none is given the service has a limit of its own.
        _ => Some(size.and_then(|(_, size)| size.parse().ok()).unwrap_or(OWN_PAGE)),
    }
}

fn is_of_detections(fan_out: FanOut) -> bool {
    fan_out.sources.iter().any(|source| source.endpoint == "vm/detections")
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| harmless(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser as _;
    use qualys_sec_inspector::catalogue::endpoint;

    fn of(id: &str, hosts: Option<u64>, detections: Option<u64>) -> String {
        pages(endpoint(id).expect("known"), hosts, detections).text()
    }

    #[test]
    fn pages_grow_with_hosts_and_detections() {
        assert_eq!(of("vm/hosts", Some(20_001), None), "21");
        assert_eq!(of("vm/detections", Some(20_000), None), "40");
        assert_eq!(of("am/host-assets", Some(1), None), "1");
        assert_eq!(of("vm/knowledge-base", None, Some(401)), "1-3");
        assert_eq!(of("vm/hosts", None, None), "1+");
        assert_eq!(of("vm/users", None, None), "1");
        assert_eq!(of("gav/assets", Some(301), None), "2");
        assert_eq!(of("gav/asset-count", Some(301), None), "1");
        assert_eq!(of("was/scans", None, None), "1+");
        assert_eq!(of("pc/postures", None, None), "1+");
    }

    #[test]
    fn the_largest_subscription_waits_as_its_busiest_api() {
        let args = ["collect", "plan", "--assume-hosts", "250000", "--assume-detections"];
        let args =
            args.into_iter().chain(["10000000", "--assume-limit", "300", "--controls", "10"]);
        let Ok(Cli { command: cli::Command::Plan(plan) }) = Cli::try_parse_from(args) else {
            panic!("a plan")
        };
        let servers = Servers::find(plan.platform.named()).expect("known");
        let selection = Selection::new(&plan.scope).expect("a selection");
        let text = text(&plan, &servers, &selection);
        let line = |id: &str| {
            let line = text.lines().find(|line| line.starts_with(id)).expect("a line");
            line.split_whitespace().skip(1).take(2).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("vm/hosts"), "250 0");
        // 500 pages of detections and 250 that ask for logins count together.
        assert_eq!(line("vm/detections"), "500 1");
        assert_eq!(line("vm/knowledge-base"), "1-1,000 0-3");
        assert!(
            text.contains("2+ hours of waiting") || text.contains("2-3 hours of waiting"),
            "{text}"
        );
    }

    #[test]
    fn the_text_names_every_endpoint_and_the_waiting() {
        let args = ["collect", "plan", "--assume-hosts", "1000000", "--assume-limit", "300"];
        let args = args.into_iter().chain(["--controls", "10", "--platform", "us2"]);
        let Ok(Cli { command: cli::Command::Plan(plan) }) = Cli::try_parse_from(args) else {
            panic!("a plan")
        };
        let servers = Servers::find(plan.platform.named()).expect("known");
        let selection = Selection::new(&plan.scope).expect("a selection");
        let text = text(&plan, &servers, &selection);
        for endpoint in qualys_sec_inspector::catalogue::ENDPOINTS {
            assert!(text.contains(endpoint.id), "{}", endpoint.id);
        }
        // 3,000 pages of detections, with and without logins, at 300 an hour: nine full hours.
        assert!(text.contains("9+ hours of waiting"), "{text}");
        assert!(text.contains("skipped: no selected control needs it"), "{text}");
    }
}
