//! What a call asks: its path, its parameters or its document, and how they travel.

use crate::call::Content;
use qualys_sec_inspector::catalogue::{
    Endpoint, Family, Method, Paging, QPS_PAGE, QPS_VERBOSE_PAGE, Variant,
};
use serde_json::json;

/// Query, form or document of a call, as it is sent and recorded.
pub(crate) type Params = Vec<(String, String)>;

/// Parameters of an endpoint's first page, or of the first page of a batch.
pub(crate) fn first_params(
    endpoint: &Endpoint,
    variant: usize,
    since: &str,
    ids: &[String],
) -> Params {
    if endpoint.paging == Paging::LastId {
        return vec![document(endpoint, variant, None)];
    }
    let mut params: Params =
        fixed(endpoint, variant).iter().map(|&(name, value)| pair(name, value)).collect();
    match endpoint.paging {
        Paging::PageNo => params.push(pair("pageNo", "0")),
        Paging::LastSeenAsset => params.push(pair("lastSeenAssetId", "0")),
        _ => {}
    }
    if let Some(name) = endpoint.since {
        params.push(pair(name, since));
    }
    if let Some(fan_out) = endpoint.fan_out
        && !fan_out.param.is_empty()
    {
        params.push(pair(fan_out.param, &ids.join(",")));
    }
    params
}

/// Parameters that ask for one record. The list of portal users is asked whole, for the login's own
/// entry may stand anywhere.
pub(crate) fn probe_params(endpoint: &Endpoint, variant: usize) -> Params {
    let since = "2000-01-01T00:00:00Z";
    let mut params = first_params(endpoint, variant, since, &[]);
    for (name, value) in &mut params {
        match name.as_str() {
            "truncation_limit" | "pageSize" => "1".clone_into(value),
            "" if endpoint.family == Family::QpsXml => {
                let limit = |limit: &str| format!("<limitResults>{limit}</limitResults>");
                *value = value.replace(&limit(&qps_page(endpoint).to_string()), &limit("1"));
            }
            _ => {}
        }
    }
    params
}

/// The search for the records with ids greater than `after`.
pub(crate) fn params_after(endpoint: &Endpoint, variant: usize, after: &str) -> Params {
    vec![document(endpoint, variant, Some(after))]
}

/// The path of a variant; `{}` takes the one id of a batch, which [`fits_a_path`].
pub(crate) fn path(variant: &Variant, ids: &[String]) -> String {
    match ids {
        [id] => variant.path.replace("{}", id),
        _ => variant.path.to_owned(),
    }
}

/// May this id stand in a path? Nothing else is ever put into one, so nothing needs escaping.
pub(crate) fn fits_a_path(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !id.is_empty() && id.chars().all(plain) && id.chars().any(|c| c.is_ascii_alphanumeric())
}

/// The ids that a recorded first page was asked for.
pub(crate) fn ids_of(endpoint: &Endpoint, path: &str, params: &Params) -> Option<Vec<String>> {
    let fan_out = endpoint.fan_out?;
    if fan_out.param.is_empty() {
        return endpoint.variants.iter().find_map(|variant| {
            let (before, behind) = variant.path.split_once("{}")?;
            let id = path.strip_prefix(before)?.strip_suffix(behind)?;
            fits_a_path(id).then(|| vec![id.to_owned()])
        });
    }
    let (_, ids) = params.iter().find(|(name, _)| name == fan_out.param)?;
    Some(ids.split(',').map(str::to_owned).collect())
}

/// Was this recorded first page asked with this variant?
pub(crate) fn is_of(endpoint: &Endpoint, variant: &Variant, path: &str, params: &Params) -> bool {
    let in_path = match variant.path.split_once("{}") {
        Some((before, behind)) => path.starts_with(before) && path.ends_with(behind),
        None => path == variant.path,
    };
    let sent = |&(name, value): &(&str, &str)| params.iter().any(|(n, v)| n == name && v == value);
    in_path && (endpoint.paging == Paging::LastId || variant.params.iter().all(sent))
}

/// How the parameters of a call travel.
pub(crate) fn content(endpoint: &Endpoint) -> Content {
    match (endpoint.family, endpoint.method) {
        (Family::QpsXml, Method::Post) => Content::Xml,
        (Family::QpsJson, Method::Post) => Content::Json,
        (Family::GatewayJson, Method::Post) => Content::QueryOfPost,
        (Family::QpsJson | Family::GatewayJson | Family::CloudViewJson, Method::Get) => {
            Content::QueryForJson
        }
        (_, Method::Post) => Content::Form,
        (_, Method::Get) => Content::Query,
    }
}

/// Records that one QPS search brings at most.
pub(crate) fn qps_page(endpoint: &Endpoint) -> u32 {
    let verbose = |variant: &Variant| variant.params.iter().any(|(name, _)| *name == "verbose");
    if endpoint.variants.iter().any(verbose) { QPS_VERBOSE_PAGE } else { QPS_PAGE }
}

fn fixed(endpoint: &Endpoint, variant: usize) -> &'static [(&'static str, &'static str)] {
    endpoint.variants.get(variant).map(|variant| variant.params).unwrap_or_default()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

/// A QPS request: a pair without a name, whose value is the body. The variant's parameters are
/// preferences.
fn document(endpoint: &Endpoint, variant: usize, after: Option<&str>) -> (String, String) {
    let limit = qps_page(endpoint).to_string();
    let preferences = std::iter::once(("limitResults", limit.as_str()))
        .chain(fixed(endpoint, variant).iter().copied());
    let text = if endpoint.family == Family::QpsJson {
        // A list in JSON is asked from id 0 on, for the list of users wants a criterion.
        let preferences: serde_json::Map<String, serde_json::Value> =
            preferences.map(|(name, value)| (name.to_owned(), json!(value))).collect();
        let after = after.unwrap_or("0");
        json!({"ServiceRequest": {
            "preferences": preferences,
            "filters": {"Criteria": [{"field": "id", "operator": "GREATER", "value": after}]},
        }})
        .to_string()
    } else {
        let element =
            |(name, value): (&str, &str)| ["<", name, ">", value, "</", name, ">"].concat();
        let preferences: String = preferences.map(element).collect();
        let filters = after.map_or_else(String::new, |id| {
            let id: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
            format!(
                "<filters><Criteria field=\"id\" operator=\"GREATER\">{id}</Criteria></filters>"
            )
        });
        format!(
            "<ServiceRequest><preferences>{preferences}</preferences>{filters}</ServiceRequest>"
        )
    };
    (String::new(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualys_sec_inspector::catalogue::{ENDPOINTS, endpoint};

    fn known(id: &str) -> &'static Endpoint {
        endpoint(id).expect("known")
    }

    fn text(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn first_pages_carry_the_variant_the_window_and_the_ids() {
        let log = first_params(known("vm/activity-log"), 0, "2025-02-21T00:00:00Z", &[]);
        assert!(log.contains(&pair("since_datetime", "2025-02-21T00:00:00Z")));
        let knowledge = known("vm/knowledge-base");
        let knowledge = first_params(knowledge, 0, "", &text(&["38170", "105943"]));
        assert!(knowledge.contains(&pair("ids", "38170,105943")));
        let connectors = first_params(known("cloud/aws-connectors"), 0, "", &[]);
        assert_eq!(connectors, [pair("pageSize", "50"), pair("pageNo", "0")]);
        let assets = first_params(known("gav/assets"), 1, "", &[]);
        assert_eq!(assets, [pair("pageSize", "300"), pair("lastSeenAssetId", "0")]);
    }

    #[test]
    fn searches_are_documents_in_the_familys_form() {
        let body = |id: &str, after: Option<&str>| document(known(id), 0, after).1;
        assert_eq!(
            body("am/tags", Some("7<02")),
            "<ServiceRequest><preferences><limitResults>1000</limitResults></preferences><filters>\
             <Criteria field=\"id\" operator=\"GREATER\">702</Criteria></filters></ServiceRequest>"
        );
        let was = body("was/scans", None);
        assert!(was.contains("<limitResults>100</limitResults><verbose>true</verbose>"), "{was}");
        assert!(!was.contains("filters"), "{was}");
        let users: serde_json::Value =
            serde_json::from_str(&body("am/users", Some("9"))).expect("JSON");
        let request = &users["ServiceRequest"];
        assert_eq!(request["preferences"]["limitResults"], "1000");
        assert_eq!(request["filters"]["Criteria"][0]["value"], "9");
        assert!(first_params(known("am/host-asset-count"), 0, "", &[]).is_empty());
    }

    #[test]
    fn a_probe_asks_for_one_record() {
        let params = |id: &str| probe_params(known(id), 0);
        assert!(params("vm/hosts").contains(&pair("truncation_limit", "1")));
        assert!(params("cloud/aws-connectors").contains(&pair("pageSize", "1")));
        for id in ["am/tags", "was/web-apps"] {
            assert!(params(id).iter().any(|(_, xml)| xml.contains("<limitResults>1</")), "{id}");
        }
    }

    #[test]
    fn an_id_stands_in_a_path_only_where_it_needs_no_escape() {
        for good in ["unix", "123456789012", "proj-1.example", "a_b"] {
            assert!(fits_a_path(good), "{good}");
        }
        for bad in ["", ".", "..", "../x", "a/b", "a?b", "a b", "a%2e", "ü", "a:b"] {
            assert!(!fits_a_path(bad), "{bad}");
        }
        let details = known("vm/auth-record-details");
        let newest = details.variants.first().expect("a version");
        let path = path(newest, &text(&["unix"]));
        assert_eq!(path, "/api/3.0/fo/auth/unix/");
        assert_eq!(ids_of(details, &path, &Vec::new()), Some(text(&["unix"])));
        assert_eq!(ids_of(details, "/api/3.0/fo/report/", &Vec::new()), None);
    }

    #[test]
    fn what_a_first_page_asked_is_read_again_from_its_record() {
        let ids = text(&["7"]);
        for endpoint in ENDPOINTS {
            for (index, variant) in endpoint.variants.iter().enumerate() {
                let path = path(variant, &ids);
                let params = first_params(endpoint, index, "2025-02-21T00:00:00Z", &ids);
                assert!(!path.contains("{}"), "{path}");
                assert!(is_of(endpoint, variant, &path, &params), "{path}");
                let asked = endpoint.fan_out.map(|_| ids.clone());
                assert_eq!(ids_of(endpoint, &path, &params), asked, "{path}");
            }
        }
    }
}
