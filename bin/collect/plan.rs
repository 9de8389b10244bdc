//! `collect plan`: the calls of a run with estimated pages and hours, without sending any.

use crate::cli;
use crate::error::Error;
use crate::selection::Selection;
use crate::servers::{Servers, authority};
use crate::terminal::{counted, data, grouped, harmless};
use qualys_sec_inspector::catalogue::{Endpoint, Family, FanOut, Method, QPS_PAGE};
use std::fmt::Write as _;

/// QIDs of the knowledge base, roughly; no subscription's detections name more of them.
const QIDS: u64 = 200_000;

/// # Errors
/// A wrong platform or selection; stdout cannot be written.
pub(crate) fn run(plan: &cli::Plan) -> Result<(), Error> {
    let servers = Servers::find(plan.platform.named())?;
    let selection = Selection::new(&plan.scope)?;
    let text = harmless_lines(&text(plan, &servers, &selection));
    data(&text).map_err(|source| Error::write("stdout".as_ref(), source))
}

fn text(plan: &cli::Plan, servers: &Servers, selection: &Selection) -> String {
    let mut out = format!("server {} ({})\n\n", authority(&servers.api), servers.name);
    let _ = writeln!(out, "{:<22} {:>12}  call", "endpoint", "pages");
    let (mut total, mut longest) = (Pages::default(), Pages::default());
    for endpoint in &selection.asked {
        let pages = pages(endpoint, plan.assume_hosts, plan.assume_detections);
        total.least += pages.least;
        total.most = total.most.zip(pages.most).map(|(sum, more)| sum + more);
        longest.least = longest.least.max(pages.least);
        longest.most = longest.most.zip(pages.most).map(|(most, more)| most.max(more));
        let _ = writeln!(out, "{:<22} {:>12}  {}", endpoint.id, pages.text(), call(endpoint, plan));
    }
    for (endpoint, why) in &selection.skipped {
        let _ = writeln!(out, "{:<22} {:>12}  skipped: {why}", endpoint.id, "-");
    }
    let _ = writeln!(out, "\n{} pages in all", total.text());
    if total.most.is_none() {
        out.push_str("`+`: grows with the subscription; ");
        out.push_str("--assume-hosts and --assume-detections give estimates\n");
    }
    if let Some(limit) = plan.assume_limit {
        // The service counts each API by itself over a sliding hour; the first hour's calls wait
        // for nothing.
        let hours = |pages: u64| pages.saturating_sub(1) / limit;
        let waiting = Pages { least: hours(longest.least), most: longest.most.map(hours) };
        let calls = counted(limit, "call");
        let _ =
            writeln!(out, "{} hours of waiting at {calls} an hour for each API", waiting.text());
    }
    out
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
        params.push(match fan_out.param {
            "" => format!("{{}}=<each id of {from}>"),
            param => format!("{param}=<{} ids of {from}>", fan_out.batch),
        });
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
        ("HOST" | "HostAsset", _) => Pages { least: hosts.map_or(1, of), most: hosts.map(of) },
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
    if endpoint.family == Family::QpsXml {
        return Some(u64::from(QPS_PAGE));
    }
    let newest = endpoint.variants.first()?;
    let (_, limit) = newest.params.iter().find(|(name, _)| *name == "truncation_limit")?;
    limit.parse().ok()
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
        // 2,000 pages of detections at 300 an hour: six full hours are waited for.
        assert!(text.contains("6+ hours of waiting"), "{text}");
        assert!(text.contains("skipped: no selected control needs it"), "{text}");
    }
}
