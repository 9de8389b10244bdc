//! Control 18: rules that say nothing, tags that nothing uses.

use super::builder::Builder;
use super::key::Resource;
use super::model::TagRef;

pub(crate) fn plant(b: &mut Builder) {
    let none = rule(b, "Rule without text", None);
    b.key.finding("pos/no-text", "C18-07", tag(&none), "a rule without text");
    b.key.finding("pos/no-text", "C18-11", tag(&none), "on no asset, used by nothing");
    let idle = rule(b, "Matches nothing", Some("^zz-nothing-"));
    b.key.none("near/text", "C18-07", tag(&idle), "its rule has a text");
    b.key.finding("pos/idle", "C18-11", tag(&idle), "on no asset, used by nothing");
}

/// Tags that people give by hand, far more than rules give.
pub(crate) fn by_hand(b: &mut Builder) {
    for number in 1..=20 {
        b.tag(&format!("Project {number}"));
    }
}

/// What holds wherever tags are healthy.
pub(crate) fn settle(b: &mut Builder) {
    let whole = Resource::subscription;
    b.key.none("near/user-tags", "C18-01", whole(), "users have defined tags");
    let users: Vec<_> = b.tags.iter().filter(|tag| tag.name != "Cloud Agent").collect();
    let rules = users.iter().filter(|tag| tag.rule_type.is_some()).count();
    let why = format!("{rules} of {} tags are given by rules, limit 30 %", users.len());
    if rules * 10 < users.len() * 3 {
        b.key.finding("pos/by-hand", "C18-06", whole(), &why);
    } else {
        b.key.none("near/rules", "C18-06", whole(), &why);
    }
    let estates: Vec<TagRef> = b
        .tags
        .iter()
        .filter(|tag| tag.name.ends_with(" estate"))
        .map(|tag| TagRef { id: tag.id, name: tag.name.clone() })
        .collect();
    for estate in estates {
        b.key.none("near/on-hosts", "C18-11", tag(&estate), "hosts carry it");
        b.key.none("near/works", "C18-07", tag(&estate), "its rule works");
    }
}

fn rule(b: &mut Builder, name: &str, text: Option<&str>) -> TagRef {
    let made = b.tag(name);
    if let Some(tag) = b.tags.iter_mut().find(|tag| tag.id == made.id) {
        tag.rule_type = Some("NAME_CONTAINS".to_owned());
        tag.rule_text = text.map(str::to_owned);
    }
    made
}

fn tag(tag: &TagRef) -> Resource {
    Resource::of("tag", tag.id)
}
