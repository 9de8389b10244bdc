//! `search/am/{aws,azure,gcp}assetdataconnector`: the connectors as `AssetView` knows them.

use super::call::Call;
use super::node::Object;
use super::refusal::{Refusal, ServiceError};
use super::reply::Reply;
use super::search::Value;
use super::service::{Detail, Kind, Table};
use crate::tenant::Tenant;
use crate::tenant::model_cloud::{Connector, Provider};

static AWS: Table<Connector> = table(
    Kind { element: "AwsAssetDataConnector", schema: "xsd/3.0/am/awsassetdataconnector.xsd" },
    |connector| connector.provider == Provider::Aws,
);
static AZURE: Table<Connector> = table(
    Kind { element: "AzureAssetDataConnector", schema: "xsd/3.0/am/azureassetdataconnector.xsd" },
    |connector| connector.provider == Provider::Azure,
);
static GCP: Table<Connector> = table(
    Kind { element: "GcpAssetDataConnector", schema: "xsd/3.0/am/gcpassetdataconnector.xsd" },
    |connector| connector.provider == Provider::Gcp,
);

const fn table(kind: Kind, member: fn(&Connector) -> bool) -> Table<Connector> {
    let records: fn(&Tenant) -> &[Connector] = |tenant| &tenant.programme.connectors;
    Table { kind, records, member, id: |connector| connector.id, value, record }
}

pub(crate) fn aws(call: &Call) -> Result<Reply, Refusal> {
    Ok(search(call, &AWS))
}

pub(crate) fn azure(call: &Call) -> Result<Reply, Refusal> {
    Ok(search(call, &AZURE))
}

pub(crate) fn gcp(call: &Call) -> Result<Reply, Refusal> {
    Ok(search(call, &GCP))
}

/// Connectors are for managers.
fn search(call: &Call, table: &'static Table<Connector>) -> Reply {
    if call.restricted() {
        let message = "You don't have the permission that this operation needs.";
        let error = ServiceError::new("UNAUTHORIZED", message, "Ask a Manager.");
        return error.reply(call.form);
    }
    table.search(call)
}

fn value<'a>(connector: &'a Connector, field: &str) -> Value<'a> {
    match field {
        "id" => Value::Number(Some(connector.id)),
        "name" => Value::Text(Some(&connector.name)),
        "awsAccountId" if connector.provider == Provider::Aws => {
            Value::Text(Some(&connector.account))
        }
        "connectorState" => Value::Text(Some(&connector.asset_view_state)),
        _ => Value::Unknown,
    }
}

fn record(_: &Tenant, connector: &Connector, _: Detail) -> Object {
    let none: [Object; 0] = [];
    let common = Object::new()
        .number("id", connector.id)
        .text("name", &connector.name)
        .text("description", &connector.description)
        .date("created", connector.created)
        .date("lastSync", connector.last_sync)
        .date("nextSync", connector.next_sync)
        .some("lastError", connector.error.as_deref())
        .text("connectorState", &connector.asset_view_state)
        .text("type", connector.provider.slug().to_ascii_uppercase())
        .list("defaultTags", "TagSimple", none)
        .flag("disabled", connector.disabled)
        .flag("isDeleted", false)
        .digits("runFrequency", connector.polling_minutes)
        .flag("isRemediationEnabled", false)
        .text("cloudviewUuid", &connector.uuid);
    match connector.provider {
        Provider::Aws => {
            // Keys of the account are not answered by the service; the simulator plants one so
            // that a collector has something to leave out.
            let record = Object::new()
                .text("accessKeyId", format!("planted-access-key-{}", connector.id))
                .text("secretKey", format!("planted-secret-key-{}", connector.id));
            let regions = ["us-east-1", "eu-central-1"]
                .map(|region| Object::new().text("regionCode", region));
            common
                .some("arn", connector.arn.as_deref())
                .some("externalId", connector.external_id.as_deref())
                .text("awsAccountId", &connector.account)
                .text("qualysAwsAccountId", "100000000001")
                .flag("allRegions", false)
                .list("endpoints", "AwsEndpointSimple", regions)
                .flag("isGovCloudConfigured", false)
                .flag("isChinaConfigured", false)
                .object("authRecord", record)
        }
        Provider::Azure => {
            let record = Object::new()
                .text("applicationId", "00000000-0000-4000-8000-000000000a11")
                .some("directoryId", connector.tenant.as_deref())
                .text("subscriptionId", &connector.account)
                .text("authenticationKey", format!("planted-authentication-key-{}", connector.id));
            common
                .object("authRecord", record)
                .text("subscriptionName", &connector.name)
                .flag("isGovCloudConfigured", false)
        }
        Provider::Gcp => {
            let record = Object::new()
                .text("projectId", &connector.account)
                .text("privateKey", format!("planted-private-key-{}", connector.id));
            common.object("authRecord", record)
        }
    }
}
