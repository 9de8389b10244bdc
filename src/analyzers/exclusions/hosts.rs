//! Judges hosts that are excluded although they are alive.

use rusqlite::{Row, named_params};

use super::estate::Estate;
use crate::address::Range;
use crate::analyzers::measure::day;
use crate::analyzers::rows::{collect, record};
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

const UNDATED: &str = "the history does not say when it was excluded (vm/excluded-ip-history)";
const MAYBE_GONE: &str = "whether its instance is terminated was not read (am/host-assets)";

struct Host {
    id: i64,
    name: Option<String>,
    addresses: Vec<Range>,
    /// A cloud instance that may be terminated.
    maybe_gone: bool,
    agent: Option<bool>,
    /// The asset list says that it is in use.
    active: bool,
    /// Its last scan of any kind.
    seen: Option<i64>,
    received: i64,
    span: Span,
}

impl Host {
    fn read(facts: &Facts<'_>, row: &Row<'_>) -> rusqlite::Result<Self> {
        let id = row.get("id")?;
        let network = row.get("network_id")?;
        let mut addresses = Vec::new();
        for column in ["ip", "ipv6"] {
            if let Some(address) = row.get::<_, Option<Vec<u8>>>(column)? {
                addresses.extend(Range::from_bytes(network, &address, &address));
            }
        }
        Ok(Self {
            id,
            name: row.get("name")?,
            addresses,
            maybe_gone: row.get("maybe_gone")?,
            agent: row.get("agent")?,
            active: row.get("active")?,
            seen: row.get("seen")?,
            received: row.get::<_, Option<i64>>("received")?.unwrap_or(facts.as_of),
            span: record(row, id)?,
        })
    }

    /// When the last of its addresses was excluded.
    fn excluded(&self, estate: &Estate) -> Option<i64> {
        let times = self.addresses.iter().map(|address| {
            let history = estate.history(*address);
            history.events.first().and_then(|event| event.time)
        });
        times.collect::<Option<Vec<i64>>>()?.into_iter().max()
    }
}

/// C16-06: an agent, the asset list or a scan shows that it lives.
pub(super) fn judge(
    facts: &Facts<'_>,
    estate: &Estate,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    const CHECK: &str = "C16-06";
    let parameters = named_params! { ":portal": facts.reach("am/host-assets") == Reach::Whole };
    for host in collect(facts, sql!("controls/16_exclusions/hosts"), parameters, |row| {
        Host::read(facts, row)
    })? {
        let mut signs = Vec::new();
        let mut unknown = None;
        match host.agent {
            Some(true) => signs.push("a live agent looks at it".to_owned()),
            Some(false) => {}
            None => unknown = Some("whether it has a live agent is not known (am/host-assets)"),
        }
        if host.active {
            signs.push("the asset list says that it is in use".to_owned());
        }
        // A scan before the exclusion says nothing, and an old one little.
        let recent = host.seen.filter(|seen| {
            !matches!(facts.age(*seen, host.received), Known::Known(age)
                if Facts::breaks(age, facts.profile.scope.stale_days))
        });
        if let Some(seen) = recent {
            match (facts.age(seen, host.received), host.excluded(estate)) {
                (Known::Unknown(_), _) => unknown = Some("its last scan lies in the future"),
                (_, None) => unknown = Some(UNDATED),
                (_, Some(excluded)) if seen > excluded => {
                    signs.push(format!("it was scanned on {}", day(seen)));
                }
                _ => {}
            }
        }
        let lives = match (signs.is_empty(), unknown) {
            (false, _) if host.maybe_gone => Known::Unknown(MAYBE_GONE.to_owned()),
            (false, _) => Known::Known(true),
            (true, Some(reason)) => Known::Unknown(reason.to_owned()),
            (true, None) => Known::Known(false),
        };
        verdicts.settle(CHECK, lives, || {
            let name = host.name.clone().unwrap_or_else(|| host.id.to_string());
            let message = format!("Excluded host {name} is alive: {}", signs.join(", "));
            let ranges = estate.ranges.iter().filter(|excluded| {
                let own = [excluded.range].into_iter().collect::<crate::address::Set>();
                host.addresses.iter().any(|address| own.contains(address))
            });
            let resource = Resource::new("host", host.id);
            let resource = match &host.name {
                Some(name) => resource.named(name),
                None => resource,
            };
            Violation::new(CHECK, resource, message)
                .fact("signs", signs.clone())
                .evidence([host.span.clone()])
                .evidence(ranges.map(|excluded| excluded.span.clone()))
        });
    }
    Ok(())
}
