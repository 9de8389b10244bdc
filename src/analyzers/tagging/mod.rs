//! Control 18: compliance scope can be read from tags, completely.

mod hosts;
mod metrics;
mod read;
mod scopes;
mod tags;

use rusqlite::named_params;

use super::binding::{DAY, bind, sort_tags};
use super::{AnalyzeError, Analyzer, Check, Decision, Facts, Kind, Verdicts};
use crate::finding::Severity::{High, Info, Low, Medium};
use crate::profile::Input;

const fn side(id: &'static str) -> Check {
    Check {
        id,
        core: false,
        severity: Medium,
        kind: Kind::Absence,
        needs: &["am/tags"],
        any_of: &[],
        inputs: &[],
        subject: "tag:ID",
        parameters: &[],
        summary: "",
        remediation: "",
    }
}

static CHECKS: &[Check] = &[
    Check {
        core: true,
        severity: High,
        subject: "subscription:tenant",
        summary: "There is no user-defined tag.",
        remediation: "Create a tree of tags for what the organisation reports on, by rules.",
        ..side("C18-01")
    },
    Check {
        core: true,
        needs: &["am/tags", "vm/hosts"],
        subject: "subscription:tenant",
        parameters: &["c18.max_untagged", "c18.max_untagged_fail"],
        summary: "Too many hosts carry no user-defined tag.",
        remediation: "Write rules that meet these hosts; do not tag them by hand.",
        ..side("C18-02")
    },
    Check {
        core: true,
        severity: High,
        subject: "required_tag:NAME",
        parameters: &["tag.required"],
        summary: "A tag that marks a compliance scope does not exist.",
        remediation: "Create the tag with a rule that meets the scope's hosts.",
        ..side("C18-03")
    },
    Check {
        needs: &["am/tags", "vm/hosts", "am/host-assets"],
        parameters: &["tag.required"],
        summary: "A tag that marks a compliance scope is on no asset.",
        remediation: "Repair the tag's rule, and evaluate it again.",
        ..side("C18-04")
    },
    Check {
        severity: High,
        needs: &["am/tags", "vm/hosts"],
        inputs: &[Input::Networks],
        subject: "segment:ID:TAG",
        parameters: &["c18.scope_miss"],
        summary: "Too many hosts of a scope's networks lack its tag.",
        remediation: "Add a rule by network range for the scope.",
        ..side("C18-05")
    },
    Check {
        severity: Low,
        subject: "subscription:tenant",
        parameters: &["c18.min_dynamic"],
        summary: "Too few user-defined tags are assigned by rules.",
        remediation: "Replace tags by hand with rules, so that new hosts have them.",
        ..side("C18-06")
    },
    Check {
        kind: Kind::Presence,
        summary: "The rule of a tag is empty or failed to evaluate.",
        remediation: "Repair the rule, and evaluate it again.",
        ..side("C18-07")
    },
    Check {
        severity: Low,
        needs: &["am/tags", "vm/hosts"],
        parameters: &["c18.overbroad", "tag.required"],
        summary: "A tag that marks a compliance scope is on nearly every host, so it marks none.",
        remediation: "Narrow the tag's rule to the hosts of the scope.",
        ..side("C18-08")
    },
    Check {
        severity: Low,
        kind: Kind::Presence,
        needs: &["am/tags", "vm/hosts"],
        subject: "host:ID:TAG+TAG",
        parameters: &["tag.exclusive"],
        summary: "The host carries two tags that exclude each other.",
        remediation: "Repair the rules of both tags, or take the wrong one off the host.",
        ..side("C18-09")
    },
    Check {
        kind: Kind::Presence,
        needs: &["am/tags", "vm/hosts"],
        subject: "subscription:tenant",
        parameters: &["tag.ephemeral", "scope.ephemeral_min_hours"],
        summary: "Short-lived hosts do not carry the tag that says so.",
        remediation: "Tag short-lived hosts by a rule or at their launch.",
        ..side("C18-10")
    },
    Check {
        severity: Info,
        needs: &["am/tags", "vm/hosts", "am/host-assets", "vm/scan-schedules", "am/users"],
        summary: "The tag is used by no schedule, policy or user, and is on no asset.",
        remediation: "Delete the tag, or use it.",
        ..side("C18-11")
    },
];

pub static ANALYZER: Analyzer = Analyzer {
    number: 18,
    id: "tagging",
    title: "Tag-based asset management",
    checks: CHECKS,
    guide: include_str!("../../../docs/controls/18_tagging.md"),
    judge,
};

/// Rules may not have met a host before it is a day old (`controls.md`, control 18).
const YOUNG: i64 = DAY;

fn judge(facts: &Facts<'_>, verdicts: &mut Verdicts) -> Result<(), AnalyzeError> {
    bind(facts)?;
    let listed = facts.asked("vm/hosts", "show_tags")?.as_deref() == Some("1")
        || facts.model.query_row("SELECT EXISTS (SELECT 1 FROM host_tag)", [], |row| row.get(0))?;
    sort_tags(facts)?;
    facts.model.execute_batch(sql!("controls/18_tagging/prepare"))?;
    facts.model.execute(
        sql!("controls/18_tagging/hosts"),
        named_params! {
            ":listed": listed,
            ":young": YOUNG,
            ":ephemeral": facts.profile.scope.ephemeral_min_hours.saturating_mul(3600),
        },
    )?;
    facts.model.execute_batch(sql!("controls/18_tagging/host_indexes"))?;
    facts.model.execute(sql!("controls/18_tagging/carried"), [])?;
    facts.model.execute_batch(sql!("controls/18_tagging/carried_indexes"))?;
    let list = read::tags(facts)?;
    let coverage = read::Coverage::read(facts)?;
    switch_off(facts, verdicts);
    if coverage.hosts > 0 || !list.is_empty() {
        tags::judge_any(facts, &list, verdicts)?;
        tags::judge_required(facts, &list, &coverage, verdicts)?;
        tags::judge_rules(facts, &list, verdicts)?;
        tags::judge_unused(facts, &list, verdicts);
        hosts::judge_untagged(facts, &coverage, verdicts)?;
        hosts::judge_exclusive(facts, &coverage, verdicts)?;
        hosts::judge_ephemeral(facts, verdicts)?;
        scopes::judge(facts, verdicts)?;
    }
    metrics::measure(facts, &list, &coverage, verdicts);
    Ok(())
}

/// What the profile does not name is not asked.
fn switch_off(facts: &Facts<'_>, verdicts: &mut Verdicts) {
    let named = &facts.profile.tag;
    if named.required.is_empty() {
        for check in ["C18-03", "C18-04", "C18-08"] {
            verdicts.decide(check, Decision::Off, "tag.required names no tag");
        }
    }
    if named.exclusive.is_empty() {
        verdicts.decide("C18-09", Decision::Off, "tag.exclusive names no tags");
    }
    if named.ephemeral.is_none() {
        if facts.profile.baseline.starts_with("fedramp") {
            let reason = "FedRAMP asks for a tag on ephemeral hosts; name it in tag.ephemeral";
            verdicts.decide("C18-10", Decision::NotAssessed, reason);
        } else {
            verdicts.decide("C18-10", Decision::Off, "tag.ephemeral names no tag");
        }
    }
}
