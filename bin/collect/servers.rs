//! Where the calls go: the platform's API server or a given URL, plain HTTP on loopback alone.

use crate::error::Error;
use qualys_sec_inspector::platform::{self, Platform};
use reqwest::Url;

/// The servers of the families.
#[derive(Clone)]
pub(crate) struct Servers {
    /// The platform's id, or the host for a private cloud; stands in the bundle and its name.
    pub name: String,
    /// None for a host that is no known platform's.
    pub platform: Option<&'static Platform>,
    /// Of the FO, MSP and QPS families.
    pub api: Url,
    /// Of the token families, and of tokens; none where nobody said which it is.
    pub gateway: Option<Url>,
    /// Of `CloudView`.
    pub portal: Option<Url>,
}

/// What names the servers, from the command line or a bundle.
#[derive(Clone, Copy, Default)]
pub(crate) struct Named<'n> {
    pub platform: &'n str,
    pub api_url: Option<&'n str>,
    pub gateway_url: Option<&'n str>,
    pub portal_url: Option<&'n str>,
}

impl Servers {
    /// A private cloud's gateway and portal are never guessed from its API server; a loopback
    /// address alone serves everything.
    ///
    /// # Errors
    /// A host or URL that is none, plain HTTP to another address than loopback.
    pub(crate) fn find(named: Named<'_>) -> Result<Self, Error> {
        let given =
            |url: Option<&str>| url.filter(|url| !url.is_empty()).map(server_url).transpose();
        let Named { platform, api_url, .. } = named;
        let api_url = api_url.filter(|url| !url.is_empty());
        let known = platform::find(platform);
        let text = match (api_url, known) {
            (Some(url), _) => url.to_owned(),
            (None, Some(known)) => format!("https://{}/", known.api),
            // A host name has dots: `us9` is a slip, and nobody's server is to be asked for it.
            (None, None) if platform.contains(['.', ':']) => format!("https://{platform}/"),
            (None, None) => return Err(unknown_platform()),
        };
        let api = server_url(&text)?;
        let host = api.host_str().unwrap_or_default();
        let platform = if api_url.is_some() { platform::find(host) } else { known };
        let name = platform.map_or_else(|| authority(&api), |p| p.id.to_owned());
        let known = |host: fn(&Platform) -> &'static str| match platform {
            Some(platform) => server_url(&format!("https://{}/", host(platform))).map(Some),
            None => Ok(is_loopback(&api).then(|| api.clone())),
        };
        let gateway =
            given(named.gateway_url)?.map_or_else(|| known(|p| p.gateway), |url| Ok(Some(url)))?;
        let portal =
            given(named.portal_url)?.map_or_else(|| known(|p| p.portal), |url| Ok(Some(url)))?;
        Ok(Self { name, platform, api, gateway, portal })
    }

    /// The subscription's part of a login, where this platform marks it.
    pub(crate) fn subscription_of<'l>(&self, login: &'l str) -> Option<&'l str> {
        self.platform.and_then(|platform| platform.subscription_of(login))
    }
}

/// Host and, where it is not the scheme's own, port.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Does the address stay on this machine? Such a server needs no TLS and never a proxy.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The value is not repeated: people paste secrets into the wrong variable.
fn unknown_platform() -> Error {
    let ids: Vec<&str> = platform::PLATFORMS.iter().map(|platform| platform.id).collect();
    Error::usage(
        "the platform is neither a known id nor the name of a host",
        &format!("give one of {}, or the host name of an API server", ids.join(" ")),
    )
}

fn server_url(text: &str) -> Result<Url, Error> {
    let refuse = |why: &str| {
        Error::usage(
            &format!("`{}` {why}", text.escape_debug()),
            "give a platform id such as us2, a host name, or --api-url https://HOST",
        )
    };
    let url = Url::parse(text).map_err(|_| refuse("is no address of a server"))?;
    if !url.username().is_empty() || url.password().is_some() {
        // The text may hold a password: it is not repeated.
        return Err(Error::usage(
            "the server's URL holds a login",
            "give the login with --username or QUALYS_USERNAME",
        ));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("is more than scheme, host and port"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(refuse("is plain http:// to another machine: a password would be readable")),
        _ => Err(refuse("is no address of a server")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(platform: &str, api_url: Option<&str>) -> Result<Servers, Error> {
        Servers::find(Named { platform, api_url, ..Named::default() })
    }

    fn api(platform: &str, url: Option<&str>) -> Result<(String, String), ()> {
        find(platform, url).map(|s| (s.name, s.api.to_string())).map_err(|_| ())
    }

    #[test]
    fn gateway_and_portal_come_from_the_platform_or_a_flag_and_are_never_guessed() {
        let texts = |servers: &Servers| {
            [&servers.gateway, &servers.portal].map(|url| url.as_ref().map(Url::to_string))
        };
        let of = |platform, api| texts(&find(platform, api).expect("servers"));
        let text = |url: &str| Some(url.to_owned());
        assert_eq!(
            of("us2", None),
            [
                text("https://gateway.qg2.apps.qualys.com/"),
                text("https://qualysguard.qg2.apps.qualys.com/")
            ]
        );
        assert_eq!(of("us1", Some("https://api.example.com")), [None, None]);
        let loopback = text("http://127.0.0.1:8080/");
        let both = [loopback.clone(), loopback];
        assert_eq!(of("us1", Some("http://127.0.0.1:8080")), both);
        let named = Named {
            platform: "api.example.com",
            gateway_url: Some("https://gateway.example.com"),
            portal_url: Some(""),
            ..Named::default()
        };
        let servers = Servers::find(named).expect("servers");
        assert_eq!(texts(&servers), [text("https://gateway.example.com/"), None]);
        let plain = Named { gateway_url: Some("http://gateway.example.com"), ..named };
        assert!(Servers::find(plain).is_err());
    }

    #[test]
    fn a_platform_is_an_id_or_a_host() {
        let us2 = Ok(("us2".into(), "https://qualysapi.qg2.apps.qualys.com/".into()));
        assert_eq!(api("us2", None), us2);
        assert_eq!(api("qualysapi.qg2.apps.qualys.com", None), us2);
        let private = Ok(("api.example.com".into(), "https://api.example.com/".into()));
        assert_eq!(api("api.example.com", None), private);
        assert_eq!(api("us1", Some("https://api.example.com")), private);
        // An environment variable that is set to nothing is not set.
        assert_eq!(api("us2", Some("")), us2);
    }

    #[test]
    fn plain_http_is_for_loopback_alone() {
        for host in ["127.0.0.1:8080", "127.9.9.9", "localhost:1", "[::1]:8080"] {
            assert!(api("us1", Some(&format!("http://{host}"))).is_ok(), "{host}");
        }
        for host in ["192.0.2.1", "api.example.com", "127.0.0.1.example.com", "[2001:db8::1]"] {
            assert!(api("us1", Some(&format!("http://{host}"))).is_err(), "{host}");
        }
    }

    #[test]
    fn a_server_is_scheme_host_and_port() {
        for bad in [
            "https://u:secret@api.example.com",
            "https://api.example.com/path",
            "https://api.example.com/?a=b",
            "ftp://api.example.com",
            "api.example.com",
        ] {
            let refused = find("us1", Some(bad)).err().expect(bad);
            assert!(!refused.to_string().contains("secret"), "{refused}");
        }
        assert!(api("two words", None).is_err());
        let slip = Servers::find(Named { platform: "us9", ..Named::default() })
            .err()
            .expect("us9 is no platform")
            .to_string();
        assert!(!slip.contains("us9"), "{slip}");
        assert!(api("", None).is_err());
    }

    #[test]
    fn the_subscription_comes_from_a_known_platforms_login_alone() {
        let of = |platform: &str| {
            let servers = find(platform, None).expect("a server");
            servers.subscription_of("exmpl_ab").map(str::to_owned)
        };
        assert_eq!(of("us1"), Some("exmpl".to_owned()));
        assert_eq!(of("api.example.com"), None);
    }
}
