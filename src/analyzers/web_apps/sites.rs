//! Holds the declared sites against the applications, by scheme, host, port and path.

use std::collections::BTreeMap;

use super::read::App;
use crate::analyzers::{AnalyzeError, Facts, Verdicts, Violation};
use crate::finding::Known::{Known as Is, Unknown};
use crate::finding::{Known, Resource};
use crate::profile::Site;

/// What of an address decides where a site is.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    scheme: String,
    host: String,
    port: String,
    /// Without empty ones, so that slashes at the end say nothing.
    path: Vec<String>,
}

impl Place {
    /// Scheme and host in lower case, the scheme's own port where none is given; user, query and
    /// fragment do not matter. `None` for what is no address of a site.
    fn read(url: &str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let own_port = match scheme.as_str() {
            "https" => "443",
            "http" => "80",
            _ => return None,
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let authority = authority.rsplit('@').next().unwrap_or_default();
        // The colons of an IPv6 address stand in brackets.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (authority, ""),
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        (!host.is_empty()).then(|| Self {
            scheme,
            host,
            port: if port.is_empty() { own_port } else { port }.to_owned(),
            path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        })
    }

    /// Whether this is where the other is, or above it.
    fn holds(&self, other: &Self) -> bool {
        (&self.scheme, &self.host, &self.port) == (&other.scheme, &other.host, &other.port)
            && other.path.starts_with(&self.path)
    }
}

/// C15-05 and C15-09.
pub(super) fn judge(
    facts: &Facts<'_>,
    declared: &[Site],
    apps: &[App],
    verdicts: &mut Verdicts,
) -> Result<(), AnalyzeError> {
    let bodies = facts.bodies("was/web-apps")?;
    let places: Vec<(&App, Option<Place>)> =
        apps.iter().map(|app| (app, app.url.as_deref().and_then(Place::read))).collect();
    let unplaced = places.iter().any(|(_, place)| place.is_none());
    let mut logins: BTreeMap<i64, (&App, &Site, Known<bool>)> = BTreeMap::new();
    for site in declared {
        let nearest = Place::read(&site.url).map(|place| nearest(&places, &place));
        let is_missing = match &nearest {
            None => Unknown("a declared site's url is no address".to_owned()),
            Some(apps) if !apps.is_empty() => Is(false),
            Some(_) if unplaced => Unknown("the url of an application is not known".to_owned()),
            Some(_) => Is(true),
        };
        verdicts.settle("C15-09", is_missing, || {
            let resource = Resource::new("site", &site.url);
            Violation::new("C15-09", resource, format!("{} is not in WAS", site.url))
                .fact("name", site.name.clone())
                .fact("owner", site.owner.clone())
                .fact("env", site.env.clone())
                .fact("applications", apps.len())
                .evidence(bodies.iter().cloned())
        });
        let nearest = nearest.unwrap_or_default();
        if let Some(app) = nearest.first().filter(|_| site.requires_auth) {
            logins.entry(app.id).or_insert_with(|| (*app, site, lacks_login(&nearest)));
        }
    }
    for (app, site, is_bare) in logins.into_values() {
        verdicts.settle("C15-05", is_bare, || {
            let message = format!("{} needs a login and has no record", app.name);
            app.violation("C15-05", message)
                .fact("declared", site.url.as_str())
                .fact("env", site.env.clone())
        });
    }
    Ok(())
}

/// The applications that hold a place and of which none is nearer, by id.
fn nearest<'a>(places: &[(&'a App, Option<Place>)], site: &Place) -> Vec<&'a App> {
    let holding = || {
        places.iter().filter_map(|(app, place)| {
            place.as_ref().filter(|place| place.holds(site)).map(|place| (*app, place.path.len()))
        })
    };
    let depth = holding().map(|(_, depth)| depth).max();
    holding().filter(|(_, own)| Some(*own) == depth).map(|(app, _)| app).collect()
}

/// One site may be two applications, one with a login and one without.
fn lacks_login(apps: &[&App]) -> Known<bool> {
    if apps.iter().any(|app| app.records.is_some_and(|records| records > 0)) {
        Is(false)
    } else if apps.iter().any(|app| app.records.is_none()) {
        Unknown("whether an application has authentication records was not said".to_owned())
    } else {
        Is(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_holds_what_lies_below_it() {
        for (app, site, expected) in [
            ("https://shop.example/", "https://shop.example", true),
            ("https://SHOP.example:443", "https://shop.example/cart?x=1#top", true),
            ("https://shop.example/cart/", "https://shop.example/cart", true),
            ("https://shop.example/cart", "https://shop.example/cart/pay", true),
            ("https://user@shop.example./", "https://shop.example/", true),
            ("https://[2001:db8::1]/", "https://[2001:DB8::1]:443/a", true),
            ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]/", false),
            ("https://shop.example/cart", "https://shop.example/", false),
            ("https://shop.example/cart", "https://shop.example/cartoons", false),
            ("https://shop.example/Cart", "https://shop.example/cart", false),
            ("http://shop.example/", "https://shop.example/", false),
            ("http://shop.example/", "http://shop.example:80/", true),
            ("https://shop.example:8443/", "https://shop.example/", false),
            ("https://www.shop.example/", "https://shop.example/", false),
        ] {
            let (app, site) = (Place::read(app).unwrap(), Place::read(site).unwrap());
            assert_eq!(app.holds(&site), expected, "{app:?} {site:?}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_site_is_none() {
        for text in ["", "shop.example", "ftp://shop.example/", "https://", "https:///path"] {
            assert_eq!(Place::read(text), None, "{text:?}");
        }
    }
}
