//! Policy compliance: policies, their controls, what they found, exceptions, schedules, scans.
use super::{flag, instant, length, number, offset, parts, schedules, stamp, truth};
use crate::evidence::os;
use crate::evidence::recurrence;
use crate::evidence::sink::{Sink, Table};
use crate::qualys::record::{Element, Record};
use std::collections::BTreeSet;

pub(super) fn policy(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Policy) else { return };
    let groups = record.find("ASSET_GROUP_IDS");
    let hidden = groups.and_then(|groups| groups.attribute("has_hidden_data"));
    sink.row(
        Table::Policy,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").into(),
            record.text("STATUS").into(),
            flag(record, "IS_LOCKED").into(),
            stamp(record, "CREATED").into(),
            stamp(record, "LAST_MODIFIED").into(),
            stamp(record, "LAST_EVALUATED").into(),
            flag(record, "INCLUDE_AGENT_IPS").into(),
            hidden.as_deref().and_then(truth).into(),
            record.text("TAG_INCLUDE_SELECTOR").into(),
            offset(record),
            length(record),
        ],
    );
    // The list holds ranges as well as ids (migration scripts of the vendor).
    for part in parts(record.text("ASSET_GROUP_IDS")) {
        match id_range(part) {
            Some((first, last)) => {
                sink.row(Table::PolicyGroup, &[row.into(), first.into(), last.into()]);
            }
            None => sink.unusable += 1,
        }
    }
    for (path, excluded) in [("TAG_SET_INCLUDE/TAG_ID", 0), ("TAG_SET_EXCLUDE/TAG_ID", 1)] {
        for tag in record.all(path) {
            match tag.parse::<i64>() {
                Ok(tag) => sink.row(Table::PolicyTag, &[row.into(), tag.into(), excluded.into()]),
                Err(_) => sink.unusable += 1,
            }
        }
    }
    let mut technologies = BTreeSet::new();
    for control in record.each("CONTROL_LIST/CONTROL") {
        let Some(id) = number(&control, "ID") else {
            sink.unusable += 1;
            continue;
        };
        let (status, criticality) = (control.text("STATUS"), criticality(&control));
        let values = [row.into(), id.into(), status.into(), criticality.into()];
        sink.row(Table::PolicyControl, &values);
        technologies.extend(
            control
                .each("TECHNOLOGY_LIST/TECHNOLOGY")
                .map(|technology| (number(&technology, "ID"), technology.text("NAME"))),
        );
    }
    for (id, name) in technologies {
        let family = name.and_then(os::family);
        sink.row(Table::PolicyTechnology, &[row.into(), id.into(), name.into(), family.into()]);
    }
}

fn id_range(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let first = first.trim_ascii().parse().ok()?;
    let last = last.trim_ascii().parse().ok()?;
    (first <= last).then_some((first, last))
}

fn criticality(control: &Element<'_>) -> Option<i64> {
    number(control, "CRITICALITY/VALUE").or_else(|| number(control, "CRITICALITY"))
}

/// A policy's own copies of its controls. `USER_DEFINED_CONTROL` holds those of the subscription.
pub(super) fn export(record: &Record<'_>, sink: &mut Sink) {
    let policy = sink.asked.parse::<i64>().ok().or_else(|| number(record, "ID"));
    for name in ["CONTROL", "USER_DEFINED_CONTROL"] {
        for control in record.anywhere(name) {
            compliance_control("export", policy, &control, sink);
        }
    }
}

pub(super) fn control(record: &Record<'_>, sink: &mut Sink) {
    compliance_control("list", None, record, sink);
}

fn compliance_control(source: &str, policy: Option<i64>, control: &Element<'_>, sink: &mut Sink) {
    let Some(id) = number(control, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ComplianceControl) else { return };
    sink.row(
        Table::ComplianceControl,
        &[
            row.into(),
            source.into(),
            policy.into(),
            id.into(),
            control.text("CATEGORY").into(),
            control.text("STATEMENT").into(),
            criticality(control).into(),
            control.text("CHECK_TYPE").into(),
            control.text("SCAN_PARAMETERS/HASH_TYPE").into(),
            flag(control, "IGNORE_ERROR").into(),
            flag(control, "IGNORE_ITEM_NOT_FOUND").into(),
            instant(control, "CREATED_DATE").into(),
            instant(control, "UPDATE_DATE").into(),
            flag(control, "DEPRECATED").into(),
            offset(control),
            length(control),
        ],
    );
    for technology in control.anywhere("TECHNOLOGY") {
        let Some(id) = number(&technology, "ID") else {
            sink.unusable += 1;
            continue;
        };
        let name = technology.text("NAME").or_else(|| technology.text("TECH_NAME"));
        // What the policy itself expects comes before the default of the library.
        let own = technology.find("EVALUATE").and_then(|evaluate| {
            evaluate.anywhere("V").map(|value| value.own()).find(|value| !value.is_empty())
        });
        let expected = own.or_else(|| technology.text("DATAPOINT/DEFAULT_VALUES/DEFAULT_VALUE"));
        let values = [
            row.into(),
            id.into(),
            name.into(),
            expected.into(),
            flag(&technology, "USE_SCAN_VALUE").into(),
        ];
        sink.row(Table::ControlTechnology, &values);
    }
}

/// The policy stands beside the postures, where it is given at all: the request names it.
pub(super) fn posture(record: &Record<'_>, sink: &mut Sink) {
    let (Some(host), Some(control)) = (number(record, "HOST_ID"), number(record, "CONTROL_ID"))
    else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Posture) else { return };
    let beside = || sink.beside.as_deref().and_then(|id| id.parse().ok());
    let policy = sink.asked.parse::<i64>().ok().or_else(beside);
    sink.row(
        Table::Posture,
        &[
            row.into(),
            number(record, "ID").into(),
            policy.into(),
            host.into(),
            control.into(),
            number(record, "TECHNOLOGY_ID").into(),
            record.text("STATUS").into(),
            instant(record, "POSTURE_MODIFIED_DATE").into(),
            offset(record),
            length(record),
        ],
    );
}

/// The names inside an exception are not confirmed.
pub(super) fn exception(record: &Record<'_>, sink: &mut Sink) {
    let Some(number_of) = number(record, "EXCEPTION_NUMBER") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::Exception) else { return };
    let control = number(record, "CONTROL/CID").or_else(|| number(record, "CONTROL/ID"));
    sink.row(
        Table::Exception,
        &[
            row.into(),
            number_of.into(),
            record.text("STATUS").into(),
            flag(record, "ACTIVE").into(),
            instant(record, "EXPIRATION_DATE").into(),
            number(record, "POLICY/ID").into(),
            control.into(),
            offset(record),
            length(record),
        ],
    );
}

pub(super) fn schedule(record: &Record<'_>, sink: &mut Sink) {
    let Some(id) = number(record, "ID") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ComplianceSchedule) else { return };
    let recurrence = record.find("SCHEDULE").and_then(recurrence::of);
    sink.row(
        Table::ComplianceSchedule,
        &[
            row.into(),
            id.into(),
            record.text("TITLE").into(),
            number(record, "ACTIVE").into(),
            record.text("OPTION_PROFILE/TITLE").into(),
            recurrence.and_then(|(_, days)| days).into(),
            offset(record),
            length(record),
        ],
    );
    schedules::recipients(record, row, sink);
}

pub(super) fn scan(record: &Record<'_>, sink: &mut Sink) {
    let Some(reference) = record.text("REF") else {
        sink.unusable += 1;
        return;
    };
    let Some(row) = sink.id(Table::ComplianceScan) else { return };
    sink.row(
        Table::ComplianceScan,
        &[
            row.into(),
            reference.into(),
            record.text("TITLE").into(),
            instant(record, "LAUNCH_DATETIME").into(),
            record.text("STATUS/STATE").into(),
            record.text("STATUS/SUB_STATE").into(),
            record.text("OPTION_PROFILE/TITLE").into(),
            offset(record),
            length(record),
        ],
    );
}
