//! The Qualys platforms: which hosts serve a subscription, how a login names its platform.

/// One shared platform (a pod) of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// What `--platform` takes and a bundle records.
    pub id: &'static str,
    /// Serves `/api/…`, `/msp/…` and `/qps/rest/…`.
    pub api: &'static str,
    /// Mints tokens and serves the token families.
    pub gateway: &'static str,
    /// The user interface's host, which also serves `CloudView`; the API server answers 404 there.
    pub portal: &'static str,
    /// The character that follows the subscription's part of a login; empty where none is known.
    pub markers: &'static [char],
}

/// Sources: the platform lists of three public clients, which agree but for `ae1`'s gateway.
#[rustfmt::skip]
pub static PLATFORMS: &[Platform] = &[
    Platform { id: "us1",  api: "qualysapi.qualys.com",                gateway: "gateway.qg1.apps.qualys.com",      portal: "qualysguard.qualys.com",                markers: &['_'] },
    Platform { id: "us2",  api: "qualysapi.qg2.apps.qualys.com",       gateway: "gateway.qg2.apps.qualys.com",      portal: "qualysguard.qg2.apps.qualys.com",       markers: &['2'] },
    Platform { id: "us3",  api: "qualysapi.qg3.apps.qualys.com",       gateway: "gateway.qg3.apps.qualys.com",      portal: "qualysguard.qg3.apps.qualys.com",       markers: &['3'] },
    Platform { id: "us4",  api: "qualysapi.qg4.apps.qualys.com",       gateway: "gateway.qg4.apps.qualys.com",      portal: "qualysguard.qg4.apps.qualys.com",       markers: &['6'] },
    Platform { id: "gov1", api: "qualysapi.gov1.qualys.us",            gateway: "gateway.gov1.qualys.us",           portal: "qualysguard.gov1.qualys.us",            markers: &[] },
    Platform { id: "eu1",  api: "qualysapi.qualys.eu",                 gateway: "gateway.qg1.apps.qualys.eu",       portal: "qualysguard.qualys.eu",                 markers: &['-'] },
    Platform { id: "eu2",  api: "qualysapi.qg2.apps.qualys.eu",        gateway: "gateway.qg2.apps.qualys.eu",       portal: "qualysguard.qg2.apps.qualys.eu",        markers: &['5', '!'] },
    Platform { id: "eu3",  api: "qualysapi.qg3.apps.qualys.it",        gateway: "gateway.qg3.apps.qualys.it",       portal: "qualysguard.qg3.apps.qualys.it",        markers: &['B'] },
    Platform { id: "in1",  api: "qualysapi.qg1.apps.qualys.in",        gateway: "gateway.qg1.apps.qualys.in",       portal: "qualysguard.qg1.apps.qualys.in",        markers: &['8'] },
    Platform { id: "ca1",  api: "qualysapi.qg1.apps.qualys.ca",        gateway: "gateway.qg1.apps.qualys.ca",       portal: "qualysguard.qg1.apps.qualys.ca",        markers: &['9'] },
    Platform { id: "ae1",  api: "qualysapi.qg1.apps.qualys.ae",        gateway: "gateway.qg1.apps.qualys.ae",       portal: "qualysguard.qg1.apps.qualys.ae",        markers: &['7'] },
    Platform { id: "uk1",  api: "qualysapi.qg1.apps.qualys.co.uk",     gateway: "gateway.qg1.apps.qualys.co.uk",    portal: "qualysguard.qg1.apps.qualys.co.uk",     markers: &['1'] },
    Platform { id: "au1",  api: "qualysapi.qg1.apps.qualys.com.au",    gateway: "gateway.qg1.apps.qualys.com.au",   portal: "qualysguard.qg1.apps.qualys.com.au",    markers: &['4'] },
    Platform { id: "ksa1", api: "qualysapi.qg1.apps.qualysksa.com",    gateway: "gateway.qg1.apps.qualysksa.com",   portal: "qualysguard.qg1.apps.qualysksa.com",    markers: &['A'] },
];

/// The platform with this id or this API server, in any letter case.
pub fn find(id_or_host: &str) -> Option<&'static Platform> {
    PLATFORMS
        .iter()
        .find(|p| p.id.eq_ignore_ascii_case(id_or_host) || p.api.eq_ignore_ascii_case(id_or_host))
}

impl Platform {
    /// The subscription's part of a login of this platform: the letters before the marker.
    pub fn subscription_of<'l>(&self, login: &'l str) -> Option<&'l str> {
        let at = login.find(self.markers)?;
        let (prefix, _) = login.split_at(at);
        let named = !prefix.is_empty() && prefix.chars().all(|c| c.is_ascii_alphabetic());
        named.then_some(prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_platform_is_found_by_its_id_and_by_its_api_server() {
        for platform in PLATFORMS {
            assert_eq!(find(platform.id), Some(platform));
            assert_eq!(find(&platform.api.to_uppercase()), Some(platform));
        }
        assert_eq!(find("us9"), None);
        assert_eq!(find("qualysapi.example.com"), None);
    }

    #[test]
    fn ids_and_hosts_belong_to_one_platform_each() {
        let mut seen = BTreeSet::new();
        for p in PLATFORMS {
            for name in [p.id, p.api, p.gateway, p.portal] {
                assert!(seen.insert(name), "{name} stands twice");
            }
            assert!(p.api.starts_with("qualysapi."), "{}", p.id);
            assert!(p.gateway.starts_with("gateway."), "{}", p.id);
            assert!(p.portal.starts_with("qualysguard."), "{}", p.id);
            assert_eq!(p.api.split_once('.').map(|x| x.1), p.portal.split_once('.').map(|x| x.1));
        }
    }

    #[test]
    fn the_thirteen_public_platforms_and_the_federal_one_are_known() {
        let ids: Vec<&str> = PLATFORMS.iter().map(|p| p.id).collect();
        assert_eq!(
            ids,
            [
                "us1", "us2", "us3", "us4", "gov1", "eu1", "eu2", "eu3", "in1", "ca1", "ae1",
                "uk1", "au1", "ksa1"
            ]
        );
    }

    #[test]
    fn a_marker_belongs_to_one_platform() {
        let mut seen = BTreeSet::new();
        for marker in PLATFORMS.iter().flat_map(|p| p.markers) {
            assert!(seen.insert(marker), "{marker} stands twice");
        }
    }

    #[test]
    fn a_login_names_its_subscription_before_the_marker() {
        let of = |id: &str, login: &'static str| find(id).and_then(|p| p.subscription_of(login));
        assert_eq!(of("us1", "exmpl_ab"), Some("exmpl"));
        assert_eq!(of("us3", "exmpl3ab1"), Some("exmpl"));
        assert_eq!(of("eu2", "exmpl!ab"), Some("exmpl"));
        assert_eq!(of("us1", "exmpl3ab"), None);
        assert_eq!(of("us1", "_ab"), None);
        assert_eq!(of("us1", "first.last_x@example.com"), None);
        assert_eq!(of("gov1", "exmpl_ab"), None);
    }
}
