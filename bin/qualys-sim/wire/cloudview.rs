//! `/cloudview-api/rest/v1`: connectors and evaluations as Spring pages.

use serde_json::{Value, json};

use super::call::{Call, CursorFault};
use super::refusal::Refusal;
use super::reply::Reply;
use crate::tenant::model_cloud::{CloudEvaluation, Connector, Provider};

const PAGE: usize = 50;

pub(crate) fn connectors(call: &Call) -> Result<Reply, Refusal> {
    let provider = provider(call)?;
    let all = call.tenant.programme.connectors.iter();
    let rows: Vec<Value> =
        all.filter(|connector| connector.provider == provider).map(connector_row).collect();
    page(call, rows)
}

pub(crate) fn evaluations(call: &Call) -> Result<Reply, Refusal> {
    let provider = provider(call)?;
    let account = call.last_part();
    let known = call
        .tenant
        .programme
        .connectors
        .iter()
        .any(|connector| connector.provider == provider && connector.account == account);
    if !known {
        let text = format!("No connector with account {account}");
        return Err(Refusal { status: 404, code: None, text, items: Vec::new() });
    }
    let rows: Vec<Value> = call
        .tenant
        .programme
        .cloud_evaluations
        .iter()
        .filter(|row| row.provider == provider && row.account == account)
        .map(evaluation_row)
        .collect();
    page(call, rows)
}

/// The provider in the path.
fn provider(call: &Call) -> Result<Provider, Refusal> {
    let parts: Vec<&str> = call.path.split('/').collect();
    [Provider::Aws, Provider::Azure, Provider::Gcp]
        .into_iter()
        .find(|provider| parts.contains(&provider.slug()))
        .ok_or_else(|| Refusal {
            status: 404,
            code: None,
            text: "No such provider".to_owned(),
            items: Vec::new(),
        })
}

/// A page, counted from 0; `last` ends the walk.
fn page(call: &Call, rows: Vec<Value>) -> Result<Reply, Refusal> {
    for name in ["filter", "sort"] {
        if let Some(value) = call.params.get(name) {
            return Err(Refusal::unsupported(name, value));
        }
    }
    let number = |name: &str, default: usize| -> Result<usize, Refusal> {
        call.params.get(name).map_or(Ok(default), |value| {
            value.parse().map_err(|_| Refusal::invalid(name, value, "not a number"))
        })
    };
    let asked = number("pageNo", 0)?;
    let size = number("pageSize", PAGE)?.clamp(1, PAGE);
    let total = rows.len();
    let pages = total.div_ceil(size);
    let mut at = asked;
    let mut last = asked + 1 >= pages;
    let mut shown = asked;
    match call.cursor {
        None => {}
        Some(CursorFault::Endless) => (at, last) = (0, false),
        Some(CursorFault::Repeated) => (at, shown, last) = (0, 0, false),
        Some(CursorFault::Empty) => {
            last = false;
            if asked > 0 {
                at = pages;
            }
        }
    }
    let rows: Vec<Value> = rows.into_iter().skip(at.saturating_mul(size)).take(size).collect();
    let sort = json!({"sorted": false, "unsorted": true, "empty": true});
    Ok(Reply::json(
        200,
        &json!({
            "numberOfElements": rows.len(),
            "empty": rows.is_empty(),
            "content": rows,
            "pageable": {
                "pageNumber": shown, "pageSize": size, "offset": shown.saturating_mul(size),
                "paged": true, "unpaged": false, "sort": sort,
            },
            "totalPages": pages,
            "totalElements": total,
            "last": last,
            "first": shown == 0,
            "number": shown,
            "size": size,
            "sort": sort,
        }),
    ))
}

fn connector_row(connector: &Connector) -> Value {
    let groups: Vec<Value> =
        connector.groups.iter().map(|(uuid, name)| json!({"name": name, "uuid": uuid})).collect();
    let mut row = json!({
        "name": connector.name,
        "connectorId": connector.uuid,
        "description": connector.description,
        "provider": connector.provider.slug().to_ascii_uppercase(),
        "state": state(connector),
        "totalAssets": connector.total_assets,
        "lastSyncedOn": connector.last_sync.map(java),
        "nextSyncedOn": connector.next_sync.map(java),
        "remediationEnabled": false,
        "qualysTags": [],
        "groups": groups,
        "isGovCloud": false,
        "isChinaRegion": false,
        "accountAlias": null,
        "isDisabled": connector.disabled,
        "pollingFrequency": {
            "hours": connector.polling_minutes / 60, "minutes": connector.polling_minutes % 60,
        },
        "error": connector.error.as_deref().unwrap_or_default(),
        "portalConnectorUuid": connector.uuid,
        "isPortalConnector": false,
    });
    match connector.provider {
        Provider::Aws => {
            row["awsAccountId"] = connector.account.as_str().into();
            row["baseAccountId"] = "100000000001".into();
            row["externalId"] = connector.external_id.as_deref().into();
            row["arn"] = connector.arn.as_deref().into();
        }
        Provider::Azure => {
            row["subscriptionId"] = connector.account.as_str().into();
            row["subscriptionName"] = connector.name.as_str().into();
            row["directoryId"] = connector.tenant.as_deref().into();
        }
        Provider::Gcp => row["projectId"] = connector.account.as_str().into(),
    }
    row
}

/// A captured answer says success in a sentence, the guide in a word: connectors take turns.
fn state(connector: &Connector) -> &str {
    if connector.state == "SUCCESS" && connector.id.is_multiple_of(2) {
        "Completed successfully"
    } else {
        &connector.state
    }
}

fn evaluation_row(row: &CloudEvaluation) -> Value {
    json!({
        "controlName": row.control_name,
        "controlId": row.control_id,
        "policyNames": row.policy_names,
        "criticality": row.criticality,
        "service": row.service,
        "result": row.result,
        "passedResources": row.passed,
        "failedResources": row.failed,
        "passWithExceptionResources": 0,
    })
}

/// A Java date: `Sat Mar 28 02:10:00 GMT 2026`.
fn java(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%a %b %d %H:%M:%S GMT %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::java;

    #[test]
    fn dates_are_those_of_java() {
        assert_eq!(java(1_774_663_800), "Sat Mar 28 02:10:00 GMT 2026");
    }
}
