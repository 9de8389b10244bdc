//! Judges whether the profiles that scans use log in with the records that there are.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;

use super::ground::Totals;
use crate::analyzers::binding::SPANS;
use crate::analyzers::measure::plural;
use crate::analyzers::rows::{collect, count, record};
use crate::analyzers::scanning::Scanner;
use crate::analyzers::{AnalyzeError, Facts, Reach, Verdicts, Violation};
use crate::finding::{Known, Resource, Span};

struct Profile {
    id: i64,
    title: String,
    /// Technologies that it logs in to; `None`: not said.
    technologies: Option<Vec<String>>,
    span: Span,
}

struct Schedule {
    row: i64,
    is_on: bool,
    profile: Option<String>,
    /// Whether a scanner inside is named; no name says nothing.
    is_inside: bool,
    /// Why a part of its target is not known.
    unknown: Option<&'static str>,
    span: Span,
}

/// The hosts of one family that schedules scan with one profile.
#[derive(Default)]
struct Use {
    hosts: u64,
    /// A schedule that is on scans a host without a live agent.
    certain: bool,
    types: BTreeSet<(String, String)>,
    schedules: Vec<Span>,
}

const CHECK: &str = "C08-09";

/// C08-09: each profile and each family that it is used on.
pub(super) fn judge(
    facts: &Facts<'_>,
    totals: &Totals,
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let profiles = profiles(facts)?;
    let schedules = schedules(facts, totals)?;
    for schedule in &schedules {
        facts.model.execute("INSERT INTO login_schedule VALUES (?1)", params![schedule.row])?;
    }
    facts.model.execute_batch(sql!("controls/08_auth_records/targets"))?;
    let technologies = technologies(facts)?;
    let mut uses: BTreeMap<(usize, String), Use> = BTreeMap::new();
    let mut targets = targets(facts)?;
    for schedule in &schedules {
        let targeted = targets.remove(&schedule.row).unwrap_or_default();
        // A part that is not known matters only where a record could be used.
        if let Some(reason) = schedule.unknown.filter(|_| !technologies.is_empty()) {
            verdicts.subjects(CHECK, 1);
            verdicts.unknown(CHECK, 1, reason);
        }
        if targeted.is_empty() {
            continue;
        }
        let place = match place(&profiles, schedule.profile.as_deref()) {
            Ok(place) => place,
            Err(reason) => {
                verdicts.subjects(CHECK, 1);
                verdicts.unknown(CHECK, 1, reason);
                continue;
            }
        };
        for Targeted { family, network, hosts, unsure } in targeted {
            let types = technologies.get(&(family.clone(), network)).cloned().unwrap_or_default();
            let found = uses.entry((place, family)).or_default();
            found.hosts += hosts + unsure;
            found.certain |= hosts > 0 && schedule.is_on && schedule.is_inside;
            found.types.extend(types);
            found.schedules.push(schedule.span.clone());
        }
    }
    for ((place, family), found) in uses {
        if let Some(profile) = profiles.get(place) {
            judge_use(profile, &family, &found, verdicts);
        }
    }
    Ok(())
}

fn judge_use(profile: &Profile, family: &str, found: &Use, verdicts: &mut Verdicts) {
    let is_idle = match &profile.technologies {
        None => Known::Unknown("which logins a profile uses was not said".to_owned()),
        Some(words) => {
            let serves = found
                .types
                .iter()
                .any(|(kind, sub_type)| words.iter().any(|word| enables(word, kind, sub_type)));
            match (serves, found.certain) {
                (false, false) => Known::Unknown(
                    "whether a schedule that is on scans a host without a live agent, and from \
                     inside, is not known (vm/scan-schedules, am/host-assets)"
                        .to_owned(),
                ),
                (serves, _) => Known::Known(!serves),
            }
        }
    };
    verdicts.settle(CHECK, is_idle, || {
        let types: Vec<&str> = found
            .types
            .iter()
            .map(|(kind, _)| kind.as_str())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let message = format!(
            "{} does not use {} credentials; its schedules scan {} of family {family}",
            profile.title,
            types.join(" or "),
            plural(found.hosts, "host", "hosts")
        );
        let resource =
            Resource::new("option_profile", profile.id).named(&profile.title).told_apart(family);
        Violation::new(CHECK, resource, message)
            .fact("types", types)
            .fact("enabled", profile.technologies.clone().unwrap_or_default())
            .fact("targeted_hosts", found.hosts)
            .fact("schedules", found.schedules.len())
            .evidence([profile.span.clone()])
            .evidence(found.schedules.iter().take(SPANS).cloned())
    });
}

/// Whether a word of the profile's list stands for this type of record. The list writes `Network
/// SSH` for `network_ssh`; Cisco and Checkpoint come under Unix (FO option profile, auth records).
fn enables(word: &str, kind: &str, sub_type: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect()
    };
    let (word, kind, sub_type) = (plain(word), plain(kind), plain(sub_type));
    word == kind
        || kind == "unix" && word.starts_with("unix")
        || !sub_type.is_empty() && word.starts_with(&sub_type)
}

fn place(profiles: &[Profile], title: Option<&str>) -> Result<usize, &'static str> {
    let title = title.ok_or("which option profile a schedule uses was not said")?;
    let mut found = profiles.iter().enumerate().filter(|(_, profile)| profile.title == title);
    match (found.next(), found.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some(_), Some(_)) => Err("several option profiles have the title that a schedule names"),
        (None, _) => Err("a schedule uses a profile that the list does not show, as private ones"),
    }
}

fn profiles(facts: &Facts<'_>) -> Result<Vec<Profile>, AnalyzeError> {
    collect(facts, sql!("controls/08_auth_records/profiles"), [], |row| {
        let id = row.get("id")?;
        let list: Option<String> = row.get("authentication")?;
        let words = |list: String| -> Vec<String> {
            let words = list.split(',').map(str::trim);
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        Ok(Profile {
            id,
            title: row.get("title")?,
            technologies: list.map(words),
            span: record(row, id)?,
        })
    })
}

/// Schedules that are on, or may be, and do not scan from outside.
fn schedules(facts: &Facts<'_>, totals: &Totals) -> Result<Vec<Schedule>, AnalyzeError> {
    let asked = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1");
    let tags_known = facts.reach("vm/hosts") == Reach::Whole && (asked || totals.tags_seen);
    let schedules = collect(facts, sql!("controls/08_auth_records/schedules"), [], |row| {
        let id = row.get("id")?;
        let (by_tag, by_cloud): (bool, bool) = (row.get("by_tag")?, row.get("by_cloud")?);
        let scanner = Scanner::read(row.get::<_, Option<String>>("scanner")?.as_deref());
        let unknown = if by_tag && !tags_known {
            Some("which hosts carry the tags of a schedule was not read")
        } else if by_cloud && !by_tag {
            Some("the instances of a cloud connector are not in the evidence")
        } else {
            None
        };
        let schedule = Schedule {
            row: row.get("row")?,
            is_on: row.get::<_, Option<i64>>("active")?.is_some(),
            profile: row.get("profile")?,
            is_inside: !matches!(scanner, Scanner::Unsaid | Scanner::Default),
            unknown,
            span: record(row, id)?,
        };
        Ok((scanner != Scanner::External).then_some(schedule))
    })?;
    Ok(schedules.into_iter().flatten().collect())
}

/// By family and network: the types and sub-types of the records that serve it.
type Technologies = BTreeMap<(String, i64), BTreeSet<(String, String)>>;

fn technologies(facts: &Facts<'_>) -> Result<Technologies, AnalyzeError> {
    let mut technologies = Technologies::new();
    for (key, kind) in collect(facts, sql!("controls/08_auth_records/technologies"), [], |row| {
        let key = (row.get("family")?, row.get("network_id")?);
        Ok((key, (row.get("type")?, row.get("sub_type")?)))
    })? {
        technologies.entry(key).or_default().insert(kind);
    }
    Ok(technologies)
}

/// The hosts of one family in the target of a schedule.
struct Targeted {
    family: String,
    network: i64,
    hosts: u64,
    /// Perhaps with a live agent.
    unsure: u64,
}

fn targets(facts: &Facts<'_>) -> Result<BTreeMap<i64, Vec<Targeted>>, AnalyzeError> {
    let mut targets: BTreeMap<i64, Vec<Targeted>> = BTreeMap::new();
    for (schedule, targeted) in
        collect(facts, sql!("controls/08_auth_records/targeted"), [], |row| {
            let targeted = Targeted {
                family: row.get("family")?,
                network: row.get("network_id")?,
                hosts: count(row, "hosts")?,
                unsure: count(row, "unsure")?,
            };
            Ok((row.get("schedule_row")?, targeted))
        })?
    {
        targets.entry(schedule).or_default().push(targeted);
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_list_stand_for_types() {
        for (word, kind, sub_type, expected) in [
            ("Unix", "unix", "", true),
            ("Windows", "unix", "", false),
            ("Unix", "unix", "cisco", true),
            ("Cisco IOS", "unix", "cisco", true),
            ("Checkpoint Firewall", "unix", "checkpoint_firewall", true),
            ("Unix/Cisco/Checkpoint", "unix", "", true),
            ("Network SSH", "network_ssh", "", true),
            ("Palo Alto Firewall", "palo_alto_firewall", "", true),
            ("SNMP", "snmp", "", true),
            ("SNMP", "network_ssh", "", false),
            ("VMware", "vmware", "", true),
        ] {
            assert_eq!(enables(word, kind, sub_type), expected, "{word} {kind} {sub_type}");
        }
    }
}
