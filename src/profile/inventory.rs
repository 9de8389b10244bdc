//! Thresholds over what the organisation owns: controls 4, 5, 15, and the accounts it expects.

use toml::de::DeValue;

use super::declared::{CloudAccount, PROVIDERS};
use super::setting::Limits::{self, Any, Between, OneOf};
use super::setting::{Ratio, Setting, entries, only, table};

const DAYS: Limits = Between(1, 36_500);
const HOURS: Limits = Between(0, 87_600);

table! {
    /// Control 4: asset group completeness.
    AssetGroups "c04" {
        /// Share of a declared block that must be in the subscription.
        range_cover_min: Ratio = Ratio::millionths(1_000_000), Any, "ours";
        /// Days that a new asset of the inventory may be unknown to Qualys.
        grace_days: i64 = 7, Between(0, 36_500), "ours";
    }
}

table! {
    /// Control 5: cloud connector status.
    CloudConnectors "c05" {
        /// Hours since the last synchronisation of a connector.
        max_sync_age_hours: i64 = 24, HOURS, "ours";
        /// Days since the last synchronisation after which the finding is high.
        high_after_days: i64 = 7, DAYS, "CISA BOD 23-01: discovery every 7 days";
        /// Hours that a connector may wait for its first synchronisation.
        pending_hours: i64 = 24, HOURS, "ours";
    }
}

table! {
    /// Control 15: web application inventory.
    WebApplications "c15" {
        /// Days since the last finished vulnerability scan of a web application.
        max_scan_age_days: i64 = 30, DAYS, "FedRAMP RA-5: monthly";
        /// Days in which a new web application must have been scanned.
        new_days: i64 = 7, DAYS, "ours";
        /// Days since an authentication record in use was changed.
        auth_unchanged_days: i64 = 365, DAYS, "ours";
        /// Days that a discovered site may wait for a decision.
        catalog_days: i64 = 30, DAYS, "ours";
    }
}

table! {
    /// The cloud accounts that should feed the inventory.
    Cloud "cloud" {
        /// Accounts beside those of `inputs.cloud_accounts`, each with provider and id.
        account: Vec<CloudAccount> = Vec::new(), Any, "ours: none unless named";
    }
}

impl Setting for Vec<CloudAccount> {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        let mut list = Self::new();
        for table in entries(value, "[[cloud.account]]")? {
            only(table, &["provider", "id", "name", "owner", "env", "monitored"])?;
            let text = |key: &str| -> Result<Option<String>, String> {
                let value = table.get(key);
                let told = |message: String| format!("{key} {message}");
                value.map(|value| Setting::read(value.get_ref(), Any)).transpose().map_err(told)
            };
            let needed = |key: &str| {
                text(key)?
                    .filter(|text| !text.is_empty())
                    .ok_or_else(|| format!("needs `{key}` in each entry"))
            };
            let provider = needed("provider")?;
            if !PROVIDERS.contains(&provider.as_str()) {
                return Err(format!("takes as provider one of {}", PROVIDERS.join(", ")));
            }
            let monitored = table.get("monitored").map(|value| {
                bool::read(value.get_ref(), Any).map_err(|message| format!("monitored {message}"))
            });
            let account = CloudAccount {
                provider,
                account: needed("id")?,
                name: text("name")?,
                owner: text("owner")?,
                env: text("env")?,
                monitored: monitored.transpose()?.unwrap_or(true),
            };
            let is_same = |other: &CloudAccount| {
                other.provider == account.provider
                    && other.account.eq_ignore_ascii_case(&account.account)
            };
            if list.iter().any(is_same) {
                return Err(format!(
                    "names {} account {} twice",
                    account.provider, account.account
                ));
            }
            list.push(account);
        }
        Ok(list)
    }

    fn json(&self) -> serde_json::Value {
        self.iter()
            .map(|account| {
                serde_json::json!({
                    "provider": account.provider,
                    "id": account.account,
                    "name": account.name,
                    "owner": account.owner,
                    "env": account.env,
                    "monitored": account.monitored,
                })
            })
            .collect()
    }
}

table! {
    /// Where reports may go; control 12 reads it.
    Distribution "distribution" {
        /// Titles of the distribution groups that may receive reports; empty: not judged.
        allowed_groups: Vec<String> = Vec::new(), Any, "ours";
        /// Mail domains that reports may go to; empty: not judged.
        allowed_domains: Vec<String> = Vec::new(), Any, "ours";
    }
}

table! {
    /// Control 14: external scanner configuration.
    ExternalScan "c14" {
        /// Longest interval in days between scans of a public address from outside.
        max_interval_days: i64 = 30, DAYS, "CIS Controls v8 7.6: monthly; FedRAMP RA-5";
        /// Days since the last finished run of an external schedule.
        max_run_age_days: i64 = 30, DAYS, "ours";
        /// What ASV scans of the perimeter show: `required` asks for their attestation.
        asv: Asv = Asv::NotRequired, OneOf(Asv::WORDS), "PCI DSS 11.3.2, in the baseline pci";
    }
}

super::setting::words! {
    /// Whether scans of an approved scanning vendor belong to the assessment.
    Asv { NotRequired = "not_required", Required = "required" }
}

table! {
    /// Control 20: network segmentation scanning.
    Segmentation "c20" {
        /// Share of a schedule's addresses that must lie in a segment for it to be the segment's own.
        dedicated_purity: Ratio = Ratio::millionths(950_000), Any, "ours";
        /// Share of a schedule's addresses from which a type of segment counts as spanned.
        mix_min: Ratio = Ratio::millionths(50_000), Any, "ours";
        /// Share of all scheduled addresses from which one schedule is flat scanning.
        flat_share: Ratio = Ratio::millionths(900_000), Any, "ours";
    }
}
