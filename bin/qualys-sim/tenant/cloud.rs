//! Cloud connectors and what was evaluated in their accounts.

use super::builder::{Builder, DAY, HOUR};
use super::hosts::guid;
use super::model_cloud::{CloudEvaluation, Connector, Provider};

/// The account of the instances that are hosts.
pub(crate) const AWS_ACCOUNT: &str = "111122223333";

pub(crate) fn healthy(b: &mut Builder) {
    b.connector(Provider::Aws, "Production AWS", AWS_ACCOUNT);
    let azure = guid(71, 31);
    b.connector(Provider::Azure, "Production Azure", &azure);
    b.connector(Provider::Gcp, "Production GCP", "acme-example-prod");
    for (provider, account) in [
        (Provider::Aws, AWS_ACCOUNT.to_owned()),
        (Provider::Azure, azure),
        (Provider::Gcp, "acme-example-prod".to_owned()),
    ] {
        for (number, (name, service)) in
            [("Storage is encrypted", "STORAGE"), ("Administrators use two factors", "IAM")]
                .into_iter()
                .enumerate()
        {
            b.programme.cloud_evaluations.push(CloudEvaluation {
                provider,
                account: account.clone(),
                control_id: (50_011 + number).to_string(),
                control_name: name.to_owned(),
                criticality: "HIGH".to_owned(),
                service: service.to_owned(),
                result: "PASS".to_owned(),
                policy_names: vec!["Example cloud baseline".to_owned()],
                passed: 14,
                failed: 0,
            });
        }
    }
}

impl Builder {
    /// A connector that synced two hours ago; its place in the list.
    pub(crate) fn connector(&mut self, provider: Provider, name: &str, account: &str) -> usize {
        let id = 81_000 + self.programme.connectors.len() as u64;
        let aws = provider == Provider::Aws;
        self.programme.connectors.push(Connector {
            provider,
            id,
            uuid: guid(id, 32),
            name: name.to_owned(),
            description: format!("Inventory of {account}"),
            state: "SUCCESS".to_owned(),
            asset_view_state: "FINISHED_SUCCESS".to_owned(),
            account: account.to_owned(),
            arn: aws.then(|| format!("arn:aws:iam::{account}:role/InventoryRead")),
            external_id: aws.then(|| format!("ex-{id}")),
            tenant: (provider == Provider::Azure).then(|| guid(72, 33)),
            last_sync: Some(self.ago(2 * HOUR)),
            next_sync: Some(self.ago(-2 * HOUR)),
            created: Some(self.ago(300 * DAY)),
            disabled: false,
            error: None,
            polling_minutes: 240,
            total_assets: 37,
            groups: vec![(guid(73, 34), "Production".to_owned())],
        });
        self.programme.connectors.len() - 1
    }

    /// The part of a finding key behind the kind.
    pub(crate) fn connector_key(&self, place: usize) -> String {
        self.programme
            .connectors
            .get(place)
            .map(|one| format!("{}/{}", one.provider.slug(), one.uuid))
            .unwrap_or_default()
    }
}
