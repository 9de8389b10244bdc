//! `collect plan`: the calls of a run with estimated pages and hours, without sending any.

use crate::cli;
use crate::error::Error;
use crate::selection::Selection;
use crate::servers::{Servers, authority};
use crate::terminal::{counted, data, grouped, harmless};
use qualys_sec_inspector::catalogue::{Endpoint, Family, Method, QPS_PAGE};
use std::fmt::Write as _;

/// QIDs of the knowledge base, roughly; no subscription's detections name more of them.
const QIDS: u64 = 200_000;

/// # Errors
/// A wrong platform or selection; stdout cannot be written.
pub(crate) fn run(plan: &cli::Plan) -> Result<(), Error> {
    let servers = Servers::find(&plan.platform.platform, plan.platform.api_url.as_deref())?;
    let selection = Selection::new(&plan.scope)?;
    let text = harmless_lines(&text(plan, &servers, &selection));
    data(&text).map_err(|source| Error::write("stdout".as_ref(), source))
}

fn text(plan: &cli::Plan, servers: &Servers, selection: &Selection) -> String {
    let mut out = format!("server {} ({})\n\n", authority(&servers.api), servers.name);
    let _ = writeln!(out, "{:<22} {:>12}  call", "endpoint", "pages");
    let (mut total, mut longest, mut open) = (0, 0, false);
    for endpoint in &selection.asked {
        let pages = pages(endpoint, plan.assume_hosts, plan.assume_detections);
        total += pages.least;
        longest = longest.max(pages.least);
        open |= pages.open;
        let count = format!("{}{}", grouped(pages.least), if pages.open { "+" } else { "" });
        let _ = writeln!(out, "{:<22} {count:>12}  {}", endpoint.id, call(endpoint, plan));
    }
    for (endpoint, why) in &selection.skipped {
        let _ = writeln!(out, "{:<22} {:>12}  skipped: {why}", endpoint.id, "-");
    }
    let at_least = if open { "at least " } else { "" };
    let _ = writeln!(out, "\n{at_least}{} in all", counted(total, "page"));
    if open {
        out.push_str("`+`: grows with the subscription; ");
        out.push_str("--assume-hosts and --assume-detections give estimates\n");
    }
    if let Some(limit) = plan.assume_limit {
        // The service counts each API by itself over a sliding hour; the first hour's calls wait
        // for nothing.
        let hours = longest.saturating_sub(1) / limit;
        let _ = writeln!(
            out,
            "{at_least}{} of waiting at {} an hour for each API",
            counted(hours, "hour"),
            counted(limit, "call")
        );
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
        params.push(format!("{}=<{} ids of {}>", fan_out.param, fan_out.batch, fan_out.source));
    }
    if !params.is_empty() {
        let _ = write!(call, " {}", params.join(" "));
    }
    call
}

struct Pages {
    least: u64,
    /// More may come than is known here.
    open: bool,
}

fn pages(endpoint: &Endpoint, hosts: Option<u64>, detections: Option<u64>) -> Pages {
    let page = page_size(endpoint);
    let subjects = match (endpoint.record, endpoint.fan_out) {
        ("HOST" | "HostAsset", _) => hosts,
        (_, Some(fan_out)) if fan_out.source == "vm/detections" => {
            detections.map(|detections| detections.min(QIDS))
        }
        _ => None,
    };
    match (subjects, page) {
        (Some(subjects), Some(page)) => {
            Pages { least: subjects.div_ceil(page).max(1), open: false }
        }
        (_, page) => Pages { least: 1, open: page.is_some() },
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

fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| harmless(line) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser as _;
    use qualys_sec_inspector::catalogue::endpoint;

    fn least(id: &str, hosts: Option<u64>, detections: Option<u64>) -> (u64, bool) {
        let pages = pages(endpoint(id).expect("known"), hosts, detections);
        (pages.least, pages.open)
    }

    #[test]
    fn pages_grow_with_hosts_and_detections() {
        assert_eq!(least("vm/hosts", Some(20_001), None), (21, false));
        assert_eq!(least("vm/detections", Some(20_000), None), (40, false));
        assert_eq!(least("am/host-assets", Some(1), None), (1, false));
        assert_eq!(least("vm/knowledge-base", None, Some(401)), (3, false));
        assert_eq!(least("vm/hosts", None, None), (1, true));
        assert_eq!(least("vm/users", None, None), (1, false));
    }

    #[test]
    fn the_text_names_every_endpoint_and_the_waiting() {
        let args = ["collect", "plan", "--assume-hosts", "1000000", "--assume-limit", "300"];
        let args = args.into_iter().chain(["--controls", "10", "--platform", "us2"]);
        let Ok(Cli { command: cli::Command::Plan(plan) }) = Cli::try_parse_from(args) else {
            panic!("a plan")
        };
        let servers = Servers::find("us2", None).ok().expect("known");
        let selection = Selection::new(&plan.scope).ok().expect("a selection");
        let text = text(&plan, &servers, &selection);
        for endpoint in qualys_sec_inspector::catalogue::ENDPOINTS {
            assert!(text.contains(endpoint.id), "{}", endpoint.id);
        }
        // 2,000 pages of detections at 300 an hour: six full hours are waited for.
        assert!(text.contains("6 hours of waiting"), "{text}");
        assert!(text.contains("skipped: no selected control needs it"), "{text}");
    }
}
