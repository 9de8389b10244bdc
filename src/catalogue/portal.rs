//! Calls of the portal, of `CloudView` and of the gateway: assets, tags, users, connectors.

use super::Method::Get;
use super::{Endpoint, FanOut, Paging, Redaction, Source, cloud, gateway, qps, qps_json, v, v2};

#[rustfmt::skip]
static CONNECTOR_REDACTIONS: &[Redaction] = &[
    Redaction { rule: "external-id", path: "externalId" },
    Redaction { rule: "connector-key", path: "authRecord/*Key*" },
    Redaction { rule: "connector-key", path: "*secret*" },
    Redaction { rule: "connector-key", path: "*privateKey*" },
];

const SPRING: &[(&str, &str)] = &[("pageSize", "50")];

#[rustfmt::skip]
pub(super) const ROWS: &[Endpoint] = &[
    Endpoint {
        redact: &[Redaction { rule: "activation-key", path: "activationKey/activationId" }],
        variants: &[v2("/qps/rest/2.0/search/am/hostasset", &[])],
        controls: &[1, 2, 4, 5, 6, 7, 8, 9, 14, 16, 17, 18],
        proves: "agents, their health and modules, tags and cloud origin of each asset",
        ..qps("am/host-assets", "HostAsset")
    },
    Endpoint {
        variants: &[v2("/qps/rest/2.0/search/am/tag", &[])],
        controls: &[1, 4, 9, 14, 18, 20],
        proves: "which tags exist, static or by which rule",
        ..qps("am/tags", "Tag")
    },
    Endpoint { variants: &[v2("/qps/rest/2.0/search/am/user/", &[])], controls: &[13, 18], proves: "portal roles and scope tags of each user", role: "Manager with full scope; other Managers are left out of the answer", ..qps_json("am/users", "User") },
    Endpoint { variants: &[v2("/qps/rest/2.0/count/am/hostasset", &[])], controls: &[4, 7], paging: Paging::Whole, proves: "how many assets there should be, against those that arrived", ..qps("am/host-asset-count", "HostAsset") },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/awsassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/awsassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        proves: "whether AWS connectors are enabled and synchronise",
        role: "Manager with full scope",
        ..qps_json("am/aws-connectors", "AwsAssetDataConnector")
    },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/azureassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/azureassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        proves: "whether Azure connectors are enabled and synchronise",
        role: "Manager with full scope",
        ..qps_json("am/azure-connectors", "AzureAssetDataConnector")
    },
    Endpoint {
        variants: &[v("3.0", "/qps/rest/3.0/search/am/gcpassetdataconnector", &[]), v2("/qps/rest/2.0/search/am/gcpassetdataconnector", &[])],
        redact: CONNECTOR_REDACTIONS,
        controls: &[5],
        proves: "whether GCP connectors are enabled and synchronise",
        role: "Manager with full scope",
        ..qps_json("am/gcp-connectors", "GcpAssetDataConnector")
    },
    Endpoint { method: Get, variants: &[v("1.0", "/qps/rest/portal/version", &[])], controls: &[6], paging: Paging::Whole, proves: "the newest scanner and signature versions, to hold appliances against", ..qps("am/versions", "data") },

    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/aws/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], proves: "state and last synchronisation of each AWS account", ..cloud("cloud/aws-connectors") },
    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/azure/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], proves: "state and last synchronisation of each Azure subscription", ..cloud("cloud/azure-connectors") },
    Endpoint { variants: &[v("1.0", "/cloudview-api/rest/v1/gcp/connectors", SPRING)], redact: CONNECTOR_REDACTIONS, controls: &[5], proves: "state and last synchronisation of each GCP project", ..cloud("cloud/gcp-connectors") },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/aws/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "cloud/aws-connectors", path: "awsAccountId" }], param: "", batch: 1 }),
        controls: &[5],
        proves: "whether an AWS account's resources are really evaluated",
        ..cloud("cloud/aws-evaluations")
    },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/azure/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "cloud/azure-connectors", path: "subscriptionId" }], param: "", batch: 1 }),
        controls: &[5],
        proves: "whether an Azure subscription's resources are really evaluated",
        ..cloud("cloud/azure-evaluations")
    },
    Endpoint {
        variants: &[v("1.0", "/cloudview-api/rest/v1/gcp/evaluations/{}", SPRING)],
        fan_out: Some(FanOut { sources: &[Source { endpoint: "cloud/gcp-connectors", path: "projectId" }], param: "", batch: 1 }),
        controls: &[5],
        proves: "whether a GCP project's resources are really evaluated",
        ..cloud("cloud/gcp-evaluations")
    },

    Endpoint {
        variants: &[
            v2("/rest/2.0/search/am/asset", &[("pageSize", "300"), ("includeFields", "agent,sensor,tagList,inventory,operatingSystem,criticality,activity,cloudProvider")]),
            v2("/rest/2.0/search/am/asset", &[("pageSize", "300")]),
        ],
        redact: &[Redaction { rule: "activation-key", path: "activations/key" }],
        controls: &[4, 7],
        proves: "assets from every source, those that nobody scans among them",
        ..gateway("gav/assets", "assetListData/asset", Paging::LastSeenAsset)
    },
    Endpoint { variants: &[v2("/rest/2.0/count/am/asset", &[])], controls: &[4, 7], proves: "how many assets the inventory holds, against those that arrived", ..gateway("gav/asset-count", "assetListData/asset", Paging::Whole) },
];
