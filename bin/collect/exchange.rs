//! What becomes of one attempt: judged, cleaned of secrets, committed to the bundle.

use crate::call::{Call, Content, Heard, Trouble, sent_headers};
use crate::retry::Failure;
use crate::token::MINT;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, Pairs, Removal, Tls};
use qualys_sec_inspector::catalogue::{Endpoint, Family};
use qualys_sec_inspector::qualys::fault::{Answer, classify};
use qualys_sec_inspector::qualys::paging::PageFacts;
use qualys_sec_inspector::qualys::records::segments;
use qualys_sec_inspector::qualys::redact;

/// What the minting of a token is called in the journal; it is no endpoint of the plan.
pub(crate) const MINTING: &str = "gateway/auth";

/// The place of an attempt in its endpoint, and when it was made.
pub(crate) struct Attempt {
    pub endpoint: &'static Endpoint,
    /// Of the variant that was asked.
    pub version: &'static str,
    /// From 1.
    pub page: u64,
    /// From 1, within the page.
    pub number: u32,
    /// Seq of the page whose answer led here.
    pub prev: Option<u64>,
    pub host: String,
    /// RFC 3339 UTC with milliseconds.
    pub time: String,
    pub mono_ms: u64,
    pub duration_ms: u64,
}

/// An attempt that is safe in the bundle.
pub(crate) struct Kept {
    pub seq: u64,
    pub judged: Result<PageFacts, Failure>,
}

/// Judges what was heard and commits it; blocking.
///
/// # Errors
/// The bundle cannot be written.
pub(crate) fn keep(
    partial: &mut Partial,
    attempt: Attempt,
    call: Call,
    mut heard: Heard,
    secrets: &[String],
) -> Result<Kept, bundle::Error> {
    let endpoint = attempt.endpoint;
    let judged = judge(&heard, endpoint);
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let body = std::mem::take(&mut heard.body);
    let mut redactions = Vec::new();
    // A usable answer may be silence: the gateway's 204 where nothing matches.
    let new_body = (!body.is_empty() || judged.is_ok()).then(|| {
        let redacted = redact::apply(body, endpoint.family, endpoint.redact, &secrets);
        redactions.extend(redacted.log.into_iter().map(|removal| Removal {
            path: removal.path,
            rule: removal.rule,
            count: removal.count,
        }));
        let (segment_rule, segment_ends) = if redacted.bytes.is_empty() {
            ("whole".to_owned(), Vec::new())
        } else if judged.is_ok() {
            segments(&redacted.bytes, endpoint.family, endpoint.record)
        } else {
            ("whole".to_owned(), vec![redacted.bytes.len() as u64])
        };
        let media = media(&redacted.bytes, endpoint.family, judged.is_ok()).to_owned();
        NewBody { media, bytes: redacted.bytes, segment_rule, segment_ends }
    });
    let response_headers = clean_headers(&heard.headers, &secrets, &mut redactions);
    let certificate =
        heard.certificate.as_deref().map(|der| partial.certificate(der)).transpose()?;
    let exchange = Exchange {
        time: attempt.time,
        mono_ms: attempt.mono_ms,
        endpoint: endpoint.id.to_owned(),
        attempt: attempt.number,
        page: attempt.page,
        prev: attempt.prev,
        method: call.method.to_owned(),
        host: attempt.host,
        path: call.path,
        version: attempt.version.to_owned(),
        headers: sent_headers(call.content),
        params: call.params,
        removed: vec!["authorization".to_owned()],
        status: (heard.status > 0).then_some(heard.status),
        response_headers,
        wire_len: (heard.status > 0).then_some(heard.wire_len),
        encoding: (!heard.encoding.is_empty()).then_some(heard.encoding),
        tls: heard.tls_version.map(|version| Tls { version, certificate }),
        duration_ms: attempt.duration_ms,
        outcome: judged.as_ref().err().map_or(Outcome::Ok, outcome_of),
        code: match &judged {
            Err(Failure::Fault(fault)) => fault.code().map(str::to_owned),
            _ => None,
        },
        redactions,
        ..Exchange::default()
    };
    let seq = partial.commit(exchange, new_body)?;
    Ok(Kept { seq, judged })
}

/// The record of a token's minting: neither the password that was sent nor the token that came.
pub(crate) fn recorded_mint(
    (time, mono_ms, duration_ms): (String, u64, u64),
    host: &str,
    attempt: u32,
    login: &str,
    heard: Heard,
    failure: Option<&Failure>,
    secrets: &[String],
) -> Exchange {
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    let removal =
        |path: &str, rule: &str| Removal { path: path.into(), rule: rule.into(), count: 1 };
    let mut redactions = vec![removal("param/password", "password")];
    if !heard.body.is_empty() {
        redactions.push(removal("body", "token"));
    }
    let response_headers = clean_headers(&heard.headers, &secrets, &mut redactions);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Exchange {
        time,
        mono_ms,
        endpoint: MINTING.to_owned(),
        attempt,
        page: 1,
        method: "POST".to_owned(),
        host: host.to_owned(),
        path: MINT.to_owned(),
        version: "1.0".to_owned(),
        headers: sent_headers(Content::Form),
        params: vec![
            pair("username", login),
            pair("password", "[redacted]"),
            pair("token", "true"),
        ],
        status: (heard.status > 0).then_some(heard.status),
        response_headers,
        wire_len: (heard.status > 0).then_some(heard.wire_len),
        encoding: (!heard.encoding.is_empty()).then_some(heard.encoding),
        duration_ms,
        outcome: failure.map_or(Outcome::Ok, outcome_of),
        redactions,
        ..Exchange::default()
    }
}

/// An answer that broke off under a status of success is what broke it; under another status the
/// status still tells.
pub(crate) fn judge(heard: &Heard, endpoint: &Endpoint) -> Result<PageFacts, Failure> {
    if let Some(trouble) = &heard.trouble
        && matches!(heard.status, 0 | 200..=299)
    {
        return Err(Failure::Trouble(trouble.clone()));
    }
    match classify(heard.status, &heard.headers, &heard.body, endpoint) {
        (Answer::Whole, facts) => Ok(facts.unwrap_or_default()),
        (Answer::Fault(fault), _) => Err(Failure::Fault(fault)),
    }
}

fn outcome_of(failure: &Failure) -> Outcome {
    match failure {
        Failure::Fault(fault) => Outcome::from_word(fault.outcome()).unwrap_or(Outcome::HttpError),
        Failure::Trouble(Trouble::Silence(_)) => Outcome::Timeout,
        Failure::Trouble(Trouble::Connect(_)) => Outcome::HttpError,
        Failure::Trouble(_) => Outcome::Cut,
    }
}

/// Cookies are sessions; a header may echo a credential.
fn clean_headers(
    headers: &[(String, String)],
    secrets: &[&str],
    redactions: &mut Vec<Removal>,
) -> Pairs {
    let mut taken = |name: &str, rule: &str, count: u64| {
        let path = format!("header/{name}");
        match redactions.iter_mut().find(|known| known.path == path && known.rule == rule) {
            Some(known) => known.count += count,
            None => redactions.push(Removal { path, rule: rule.to_owned(), count }),
        }
    };
    let mut clean = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        if name == "set-cookie" {
            taken(name, "cookie", 1);
            clean.push((name.clone(), "[redacted]".to_owned()));
            continue;
        }
        let (value, count) = redact::scrub(value, secrets);
        if count > 0 {
            taken(name, "live-credential", count);
        }
        clean.push((name.clone(), value));
    }
    clean
}

/// The type of a body by its first bytes, for the service's own headers are not to be trusted.
fn media(body: &[u8], family: Family, usable: bool) -> &'static str {
    let start = body.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let begins = |word: &str| {
        start.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins("<!doctype html") || begins("<html") {
        "text/html"
    } else if begins("<") {
        "application/xml"
    } else if usable && family == Family::FoCsv {
        "text/csv"
    } else if begins("{") || begins("[") {
        "application/json"
    } else {
        "application/octet-stream"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualys_sec_inspector::catalogue::endpoint;
    use qualys_sec_inspector::qualys::fault::Fault;

    #[test]
    fn what_broke_off_under_success_is_its_trouble_and_else_the_status_tells() {
        let hosts = endpoint("vm/hosts").expect("known");
        let trouble = Some(Trouble::Cut("reset".to_owned()));
        let broken = |status| Heard {
            status,
            trouble: trouble.clone(),
            body: b"<HOST_LIST_OUTPUT><RESPONSE><DATETIME>".to_vec(),
            ..Heard::default()
        };
        assert!(matches!(judge(&broken(200), hosts), Err(Failure::Trouble(Trouble::Cut(_)))));
        assert!(matches!(judge(&broken(0), hosts), Err(Failure::Trouble(Trouble::Cut(_)))));
        let refused = judge(&broken(401), hosts);
        assert!(matches!(refused, Err(Failure::Fault(Fault::BadCredentials { .. }))));
    }

    #[test]
    fn cookies_and_echoed_credentials_leave_the_headers_and_are_counted() {
        let headers = [
            ("set-cookie", "QualysSession=0123456789abcdef; path=/api"),
            ("set-cookie", "DWRSESSIONID=x"),
            ("x-echo", "pw is correct-horse."),
            ("date", "Sat, 28 Mar 2026 02:10:00 GMT"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut redactions = Vec::new();
        let clean = clean_headers(&headers, &["correct-horse"], &mut redactions);
        let values: Vec<&str> = clean.iter().map(|(_, value)| value.as_str()).collect();
        let date = "Sat, 28 Mar 2026 02:10:00 GMT";
        assert_eq!(values, ["[redacted]", "[redacted]", "pw is [redacted].", date]);
        let counts: Vec<(&str, u64)> =
            redactions.iter().map(|r| (r.rule.as_str(), r.count)).collect();
        assert_eq!(counts, [("cookie", 2), ("live-credential", 1)]);
    }

    #[test]
    fn media_types_are_sniffed() {
        for (body, usable, expected) in [
            ("<?xml version=\"1.0\"?><A/>", true, "application/xml"),
            ("\u{feff}<A/>", true, "application/xml"),
            (" <!DOCTYPE html><p>", false, "text/html"),
            ("\"Date\",\"Action\"\n", true, "text/csv"),
            ("gibberish", false, "application/octet-stream"),
        ] {
            assert_eq!(media(body.as_bytes(), Family::FoCsv, usable), expected, "{body}");
        }
    }
}
