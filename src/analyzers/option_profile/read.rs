//! Reads what control 3 decides on: option profiles, and the schedules that use them.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, named_params};

use super::target::{Target, targets};
use crate::analyzers::binding::DAY;
use crate::analyzers::scanning::Scanner;
use crate::analyzers::{AnalyzeError, Facts};
use crate::finding::{Known, Resource, Span};
use crate::profile::{BruteForce, Performance, Ports};

/// Days back in which a scan shows that a profile is in use.
const RECENT: i64 = 30;

/// Profiles and the schedules that are on.
pub(in crate::analyzers) struct Estate {
    pub profiles: Vec<OptionProfile>,
    pub schedules: Vec<Schedule>,
}

/// An option profile for vulnerability scans. A setting that was not said, or not in words that
/// are known, is `None`.
pub(in crate::analyzers) struct OptionProfile {
    pub id: i64,
    pub title: String,
    pub is_default: Option<bool>,
    pub tcp: Option<Ports>,
    /// As the profile has them.
    pub tcp_additional: Option<String>,
    pub udp: Option<Ports>,
    pub authoritative: Option<bool>,
    pub close_dead: bool,
    pub close_dead_scans: Option<i64>,
    pub performance: Option<Performance>,
    /// 0 minimum, 1 short, 2 medium, 3 long, 4 maximum.
    pub packet_delay: Option<u8>,
    pub brute_force: Option<BruteForce>,
    pub is_complete: Option<bool>,
    pub logs_in: Option<bool>,
    pub test_authentication: Option<bool>,
    pub hash: String,
    /// Whether no other profile has its title.
    pub is_alone: bool,
    /// Whether a recent scan names it.
    pub scanned: bool,
    pub excluded: Vec<String>,
    pub span: Span,
}

/// A schedule that is on, or may be.
pub(in crate::analyzers) struct Schedule {
    pub id: i64,
    pub title: String,
    /// `None`: not said.
    pub is_on: Option<bool>,
    /// `None`: which scanner it uses was not said.
    pub is_external: Option<bool>,
    pub profile: Option<String>,
    pub target: Target,
    pub span: Span,
}

impl OptionProfile {
    pub(super) fn resource(&self) -> Resource {
        Resource::new("option_profile", self.id).named(&self.title)
    }

    /// Schedules that name it.
    pub(super) fn schedules<'a>(&self, estate: &'a Estate) -> Vec<&'a Schedule> {
        let is_named =
            |schedule: &&Schedule| schedule.profile.as_deref() == Some(self.title.trim());
        estate.schedules.iter().filter(is_named).collect()
    }

    /// Whether a schedule that is on or a recent scan uses it.
    pub(super) fn is_used(&self, estate: &Estate) -> Known<bool> {
        let named = self.schedules(estate);
        let is_on = named.iter().any(|schedule| schedule.is_on == Some(true));
        if (is_on || self.scanned || !named.is_empty()) && !self.is_alone {
            return Known::Unknown("several option profiles have its title".to_owned());
        }
        if !is_on && !self.scanned && !named.is_empty() {
            let reason = "whether a schedule that uses it is active was not said";
            return Known::Unknown(reason.to_owned());
        }
        Known::Known(is_on || self.scanned)
    }
}

impl Estate {
    pub(in crate::analyzers) fn read(facts: &Facts<'_>) -> Result<Self, AnalyzeError> {
        let mut statement = facts.model.prepare(sql!("controls/03_option_profile/profiles"))?;
        let since = facts.as_of - RECENT * DAY;
        let profiles = statement
            .query_map(named_params! { ":since": since }, profile)?
            .collect::<Result<_, _>>()?;
        let mut targets = targets(facts)?;
        let mut statement = facts.model.prepare(sql!("controls/03_option_profile/schedules"))?;
        let mut rows = statement.query([])?;
        let mut schedules = Vec::new();
        while let Some(row) = rows.next()? {
            let id = row.get("id")?;
            let scanner = Scanner::read(row.get::<_, Option<String>>("scanner")?.as_deref());
            schedules.push(Schedule {
                id,
                title: row.get("title")?,
                is_on: row.get::<_, Option<i64>>("active")?.map(|_| true),
                is_external: scanner.is_external(),
                profile: row.get("profile")?,
                target: targets.remove(&row.get("row")?).unwrap_or_default(),
                span: Span::record(
                    row.get("response")?,
                    row.get("offset")?,
                    row.get("length")?,
                    id,
                ),
            });
        }
        Ok(Self { profiles, schedules })
    }

    /// The one profile with this title; an error says why there is none.
    pub(in crate::analyzers) fn profile(
        &self,
        title: Option<&str>,
    ) -> Result<&OptionProfile, &'static str> {
        let title = title.ok_or("which option profile a schedule uses was not said")?;
        let mut found = self.profiles.iter().filter(|profile| profile.title.trim() == title);
        match (found.next(), found.next()) {
            (Some(profile), None) => Ok(profile),
            (Some(_), Some(_)) => {
                Err("several option profiles have the title that a schedule names")
            }
            (None, _) => {
                Err("a schedule uses a profile that the list does not show, as private ones")
            }
        }
    }

    pub(super) fn titles(&self) -> BTreeSet<&str> {
        self.profiles.iter().map(|profile| profile.title.trim()).collect()
    }
}

fn profile(row: &Row<'_>) -> rusqlite::Result<OptionProfile> {
    let text = |column: &str| {
        row.get::<_, Option<String>>(column).map(|text| text.map(|text| text.trim().to_lowercase()))
    };
    let flag = |column: &str| row.get::<_, Option<bool>>(column);
    let id = row.get("id")?;
    Ok(OptionProfile {
        id,
        title: row.get("title")?,
        is_default: flag("is_default")?,
        tcp: text("tcp_ports")?.as_deref().and_then(ports),
        tcp_additional: row.get("tcp_additional")?,
        udp: text("udp_ports")?.as_deref().and_then(ports),
        authoritative: flag("authoritative")?,
        // Without the element nothing is closed.
        close_dead: flag("close_dead")?.unwrap_or_default(),
        close_dead_scans: row.get("close_dead_scans")?,
        performance: text("performance")?.as_deref().and_then(performance),
        packet_delay: text("packet_delay")?.as_deref().and_then(packet_delay),
        // Without the element no password is guessed.
        brute_force: match text("brute_force")?.as_deref() {
            None => Some(BruteForce::None),
            Some(word) => brute_force(word),
        },
        is_complete: text("detection")?.map(|detection| detection == "complete"),
        logs_in: text("authentication")?.map(|list| !list.is_empty() && list != "none"),
        test_authentication: flag("test_authentication")?,
        hash: row.get("hash")?,
        is_alone: row.get::<_, Option<i64>>("namesakes")?.is_none_or(|count| count == 1),
        scanned: row.get("scanned")?,
        excluded: row
            .get::<_, Option<String>>("excluded_titles")?
            .map(|titles| titles.split('\n').map(str::to_owned).collect())
            .unwrap_or_default(),
        span: Span::record(row.get("response")?, row.get("offset")?, row.get("length")?, id),
    })
}

fn ports(word: &str) -> Option<Ports> {
    Some(match word {
        "none" => Ports::None,
        "light" => Ports::Light,
        "standard" => Ports::Standard,
        "full" => Ports::Full,
        _ => return None,
    })
}

/// `Custom` says nothing by itself.
fn performance(word: &str) -> Option<Performance> {
    Some(match word {
        "low" => Performance::Low,
        "normal" => Performance::Normal,
        "high" => Performance::High,
        _ => return None,
    })
}

fn packet_delay(word: &str) -> Option<u8> {
    Some(match word {
        "none" | "minimum" => 0,
        "short" | "low" => 1,
        "medium" => 2,
        "long" | "high" => 3,
        "maximum" => 4,
        _ => return None,
    })
}

fn brute_force(word: &str) -> Option<BruteForce> {
    Some(match word {
        "" | "none" | "no" | "0" | "disabled" => BruteForce::None,
        "minimal" | "minimum" => BruteForce::Minimal,
        "limited" => BruteForce::Limited,
        "standard" => BruteForce::Standard,
        "exhaustive" => BruteForce::Exhaustive,
        _ => return None,
    })
}

/// The parts of a schedule's target by its row.
pub(super) type Targets = BTreeMap<i64, Target>;
