//! One call and its answer, whatever carries them.

use reqwest::header::HeaderValue;
use std::pin::Pin;

/// Name and version of this program, as every call gives them.
pub(crate) const AGENT: &str = concat!("qualys-sec-inspector/", env!("CARGO_PKG_VERSION"));

/// A call, ready to be sent.
#[derive(Clone)]
pub(crate) struct Call {
    /// `GET` or `POST`.
    pub method: &'static str,
    pub path: String,
    /// Query pairs, form pairs, or one pair without a name whose value is the body.
    pub params: Vec<(String, String)>,
    pub content: Content,
}

/// Where the parameters of a call stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Query,
    /// A GET that wants JSON.
    QueryForJson,
    /// A POST without a body: the gateway reads the query.
    QueryOfPost,
    Form,
    /// The value of the one parameter is the body.
    Xml,
    Json,
}

/// Everything that came back, as far as it came.
#[derive(Default)]
pub(crate) struct Heard {
    /// 0 where no status line arrived.
    pub status: u16,
    /// Lower-case names, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// After content decoding.
    pub body: Vec<u8>,
    /// Bytes of the body before content decoding.
    pub wire_len: u64,
    /// The content encoding that was undone; empty for none.
    pub encoding: String,
    /// `1.2` or `1.3`, and the leaf certificate in DER; none on plain HTTP.
    pub tls_version: Option<String>,
    pub certificate: Option<Vec<u8>>,
    /// Why it did not arrive whole.
    pub trouble: Option<Trouble>,
}

/// Why an answer did not arrive whole. No variant repeats an address or a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("no connection: {0}")]
    Connect(String),
    #[error("silence for {0} s")]
    Silence(u64),
    #[error("the connection broke: {0}")]
    Cut(String),
    #[error("the answer is larger than --max-body ({0} bytes)")]
    TooLarge(u64),
    #[error("the content encoding `{0}` was not asked for")]
    Encoding(String),
}

/// An answer under way.
pub(crate) type Hearing<'h> = Pin<Box<dyn Future<Output = Heard> + Send + 'h>>;

/// What carries calls to one server.
pub(crate) trait Transport: Send + Sync {
    /// Sends a call and hears it out. Whatever went wrong stands in the answer.
    fn send<'a>(&'a self, call: &'a Call, authorization: Option<&'a HeaderValue>) -> Hearing<'a>;
}

/// The headers of a call as they are sent and recorded: all but `Authorization`.
pub(crate) fn sent_headers(content: Content) -> Vec<(String, String)> {
    const JSON: &str = "application/json";
    let (accept, kind) = match content {
        Content::Query => ("*/*", None),
        Content::Form => ("*/*", Some("application/x-www-form-urlencoded")),
        Content::Xml => ("*/*", Some("text/xml")),
        // The portal answers XML unless both headers name JSON, on a GET too.
        Content::QueryForJson | Content::QueryOfPost | Content::Json => (JSON, Some(JSON)),
    };
    let mut headers = vec![("accept", accept), ("accept-encoding", "gzip")];
    headers.extend(kind.map(|kind| ("content-type", kind)));
    headers.extend([("user-agent", AGENT), ("x-requested-with", AGENT)]);
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
