//! The wire itself: one HTTP client for a server, bounded in size and in silence.

use crate::call::{AGENT, Call, Content, Heard, Hearing, Transport, Trouble, sent_headers};
use crate::decode::Decoder;
use crate::error::Error;
use crate::servers::is_loopback;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, Url};
use std::path::Path;
use std::time::Duration;

/// The client for one server.
pub(crate) struct Wire {
    client: Client,
    base: Url,
    silence: Duration,
    max_body: u64,
}

/// Limits and trust of the connection.
pub(crate) struct Bounds<'b> {
    pub silence: Duration,
    pub max_body: u64,
    pub ca_file: Option<&'b Path>,
}

impl Wire {
    /// # Errors
    /// An unreadable CA file, a TLS set-up that fails.
    pub(crate) fn new(base: &Url, bounds: &Bounds<'_>) -> Result<Self, Error> {
        // A second installation is refused; the first one is the same provider.
        let _already = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(bounds.silence)
            .read_timeout(bounds.silence)
            .tls_info(true)
            .user_agent(AGENT);
        if is_loopback(base) {
            builder = builder.no_proxy();
        }
        if let Some(file) = bounds.ca_file {
            let pem = std::fs::read(file).map_err(|source| Error::read(file, source))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .ok()
                .filter(|roots| !roots.is_empty())
                .ok_or_else(|| {
                    Error::usage(
                        &format!("{} holds no PEM certificate", file.display()),
                        "give --ca-file a file with BEGIN CERTIFICATE blocks",
                    )
                })?;
            builder = builder.tls_certs_merge(roots);
        }
        Ok(Self {
            client: builder.build().map_err(|error| Error::Client(error.without_url()))?,
            base: base.clone(),
            silence: bounds.silence,
            max_body: bounds.max_body,
        })
    }

    async fn hear(&self, call: &Call, authorization: Option<&HeaderValue>) -> Heard {
        let mut url = self.base.clone();
        url.set_path(&call.path);
        let mut request = match call.content {
            Content::Query | Content::QueryForJson => {
                if !call.params.is_empty() {
                    url.query_pairs_mut().extend_pairs(&call.params);
                }
                self.client.get(url)
            }
            Content::QueryOfPost => {
                if !call.params.is_empty() {
                    url.query_pairs_mut().extend_pairs(&call.params);
                }
                self.client.post(url).body("")
            }
            Content::Form => self.client.post(url).body(form(&call.params)),
            Content::Xml | Content::Json => {
                let body = call.params.first().map(|(_, body)| body.clone()).unwrap_or_default();
                self.client.post(url).body(body)
            }
        };
        for (name, value) in sent_headers(call.content) {
            request = request.header(name, value);
        }
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization.clone());
        }
        match request.send().await {
            Ok(response) => self.read(response).await,
            Err(error) => Heard { trouble: Some(self.trouble(&error)), ..Heard::default() },
        }
    }

    async fn read(&self, mut response: Response) -> Heard {
        let tls = response.extensions().get::<reqwest::tls::TlsInfo>();
        let encoding = content_encoding(response.headers());
        let mut heard = Heard {
            status: response.status().as_u16(),
            headers: pairs(response.headers()),
            tls_version: tls.and_then(reqwest::tls::TlsInfo::version).map(tls_version),
            certificate: tls.and_then(|tls| tls.peer_certificate()).map(<[u8]>::to_vec),
            ..Heard::default()
        };
        let mut decoder = match Decoder::new(&encoding, self.max_body) {
            Ok(decoder) => decoder,
            Err(trouble) => return Heard { trouble: Some(trouble), ..heard },
        };
        heard.encoding = encoding;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    heard.wire_len += chunk.len() as u64;
                    if let Err(trouble) = decoder.write(&chunk) {
                        heard.trouble = Some(trouble);
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    heard.trouble = Some(self.trouble(&error));
                    break;
                }
            }
        }
        let (body, whole) = decoder.finish();
        heard.body = body;
        heard.trouble = heard.trouble.or(whole.err());
        heard
    }

    fn trouble(&self, error: &reqwest::Error) -> Trouble {
        if error.is_timeout() {
            return Trouble::Silence(self.silence.as_secs());
        }
        // The innermost cause says most and, unlike reqwest's own layer, holds no URL.
        let mut cause: &dyn std::error::Error = error;
        let deeper = cause.source().is_some();
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let cause = if deeper { cause.to_string() } else { String::from("no cause is known") };
        if error.is_connect() { Trouble::Connect(cause) } else { Trouble::Cut(cause) }
    }
}

impl Transport for Wire {
    fn send<'a>(&'a self, call: &'a Call, authorization: Option<&'a HeaderValue>) -> Hearing<'a> {
        Box::pin(self.hear(call, authorization))
    }
}

/// `application/x-www-form-urlencoded`, as a URL's query is.
fn form(params: &[(String, String)]) -> String {
    let Ok(mut url) = Url::parse("http://localhost/") else { return String::new() };
    url.query_pairs_mut().extend_pairs(params);
    url.query().unwrap_or_default().to_owned()
}

fn tls_version(version: reqwest::tls::Version) -> String {
    if version == reqwest::tls::Version::TLS_1_3 { "1.3" } else { "1.2" }.to_owned()
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect()
}

fn content_encoding(headers: &HeaderMap) -> String {
    let text = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    match text.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "identity" => String::new(),
        "x-gzip" => "gzip".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{Scripted, answer, declared};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn wire(url: &Url, max_body: u64) -> Wire {
        let bounds = Bounds { silence: Duration::from_secs(20), max_body, ca_file: None };
        Wire::new(url, &bounds).expect("a client")
    }

    fn call(content: Content, params: &[(&str, &str)]) -> Call {
        Call {
            method: match content {
                Content::Query | Content::QueryForJson => "GET",
                _ => "POST",
            },
            path: "/api/2.0/fo/asset/host/".to_owned(),
            params: params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            content,
        }
    }

    #[tokio::test]
    async fn every_call_carries_login_agent_and_the_anti_forgery_header() {
        let server = Scripted::start(|_, _| answer(200, "", b"ok")).await;
        let wire = wire(&server.url, 100);
        let pairs = [("action", "list"), ("details", "All/AGs"), ("since", "2026-03-28T02:10:00Z")];
        let basic = HeaderValue::from_static("Basic c2VjcmV0");
        let document = [("", "<ServiceRequest/>")];
        for call in [
            call(Content::Query, &pairs),
            call(Content::Form, &pairs),
            call(Content::Xml, &document),
            call(Content::QueryForJson, &[]),
            call(Content::QueryOfPost, &[("pageSize", "300")]),
            call(Content::Json, &[("", "{}")]),
        ] {
            wire.send(&call, Some(&basic)).await;
        }
        let requests = server.requests();
        let form = "action=list&details=All%2FAGs&since=2026-03-28T02%3A10%3A00Z";
        let expected = [
            (format!("GET /api/2.0/fo/asset/host/?{form}"), ""),
            ("POST /api/2.0/fo/asset/host/".to_owned(), form),
            ("POST /api/2.0/fo/asset/host/".to_owned(), "<ServiceRequest/>"),
            ("GET /api/2.0/fo/asset/host/".to_owned(), ""),
            ("POST /api/2.0/fo/asset/host/?pageSize=300".to_owned(), ""),
            ("POST /api/2.0/fo/asset/host/".to_owned(), "{}"),
        ];
        assert_eq!(requests.len(), expected.len());
        for (request, (line, body)) in requests.iter().zip(expected) {
            assert_eq!((request.line.as_str(), request.body.as_str()), (line.as_str(), body));
            assert_eq!(request.header("authorization"), Some("Basic c2VjcmV0"));
            assert_eq!(request.header("accept-encoding"), Some("gzip"));
            assert!(request.header("x-requested-with").is_some_and(|value| !value.is_empty()));
            assert!(request.header("user-agent").is_some_and(|value| value.starts_with("qualys-")));
        }
        let types: Vec<_> = requests.iter().map(|r| r.header("content-type")).collect();
        let form = Some("application/x-www-form-urlencoded");
        let json = Some("application/json");
        assert_eq!(types, [None, form, Some("text/xml"), json, json, json]);
        let wanted: Vec<_> = requests.iter().map(|r| r.header("accept")).collect();
        assert_eq!(wanted[3..], [json, json, json]);
    }

    #[tokio::test]
    async fn what_is_recorded_of_the_headers_is_what_was_sent() {
        let server = Scripted::start(|_, _| answer(200, "", b"ok")).await;
        wire(&server.url, 100).send(&call(Content::Form, &[("action", "list")]), None).await;
        let request = server.requests().pop().expect("a request");
        let unnamed = ["authorization", "host", "content-length"];
        let mut sent: Vec<(String, String)> =
            request.headers.into_iter().filter(|(k, _)| !unnamed.contains(&k.as_str())).collect();
        sent.sort();
        assert_eq!(sent, sent_headers(Content::Form));
    }

    #[tokio::test]
    async fn an_encoded_answer_is_decoded_within_its_bound_and_counted_as_it_came() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&[b'x'; 5000]).expect("encoded");
        let wire_form = encoder.finish().expect("encoded");
        let length = wire_form.len() as u64;
        let script = move |_: usize, _: &_| answer(200, "Content-Encoding: gzip\r\n", &wire_form);
        let server = Scripted::start(script).await;
        let heard = wire(&server.url, 5000).send(&call(Content::Query, &[]), None).await;
        assert_eq!((heard.body.len(), heard.wire_len, heard.trouble), (5000, length, None));
        assert_eq!(heard.encoding, "gzip");
        let heard = wire(&server.url, 4999).send(&call(Content::Query, &[]), None).await;
        assert_eq!(heard.trouble, Some(Trouble::TooLarge(4999)));
    }

    #[tokio::test]
    async fn what_arrived_before_a_break_is_kept() {
        let server = Scripted::start(|_, _| declared(200, "X-A: b\r\n", 100, b"<HALF>")).await;
        let heard = wire(&server.url, 1000).send(&call(Content::Query, &[]), None).await;
        assert_eq!((heard.status, heard.body.as_slice()), (200, &b"<HALF>"[..]));
        assert!(heard.headers.contains(&("x-a".to_owned(), "b".to_owned())));
        assert!(matches!(heard.trouble, Some(Trouble::Cut(_))), "{:?}", heard.trouble);
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed() {
        let script = |_: usize, _: &_| answer(302, "Location: /elsewhere\r\n", b"");
        let server = Scripted::start(script).await;
        let heard = wire(&server.url, 100).send(&call(Content::Query, &[]), None).await;
        assert_eq!((heard.status, server.requests().len()), (302, 1));
    }

    #[tokio::test]
    async fn a_missing_server_is_told_without_its_address() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let url = Url::parse(&format!("http://127.0.0.1:{port}/")).expect("a URL");
        let heard = wire(&url, 100).send(&call(Content::Query, &[("ids", "1")]), None).await;
        let Some(Trouble::Connect(why)) = &heard.trouble else { panic!("{:?}", heard.trouble) };
        assert!(!why.contains("ids") && !why.contains("/api/"), "{why}");
        assert_eq!(heard.status, 0);
    }
}
