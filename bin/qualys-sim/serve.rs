//! The loopback server: HTTP on one side, the subscription on the other.

use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::net::TcpListener;

use crate::limits::Slot;
use crate::log::{self, Line, Log};
use crate::subscription::{Damage, Incoming, Outgoing, Subscription};
use crate::wire;
use crate::wire::params::Params;
use crate::wire::reply::{self, Pieces};

/// Forms with long lists of ids stay far below this.
const MAX_REQUEST: usize = 8 << 20;
/// The pause of a slow body.
const PAUSE: Duration = Duration::from_secs(3);

/// What one server works with.
pub(crate) struct Server {
    pub(crate) subscription: Subscription,
    pub(crate) log: Option<Log>,
}

/// Listens on `address`; only loopback addresses are accepted.
pub(crate) async fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let message = format!("{} is no loopback address", address.ip());
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, message));
    }
    TcpListener::bind(address).await
}

/// Serves until `stop` completes, and then until the running answers are out.
pub(crate) async fn run(
    listener: TcpListener,
    server: Server,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().fallback(handle).with_state(Arc::new(server));
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_REQUEST).await else {
        return plain(413);
    };
    let path = parts.uri.path().to_owned();
    let mut params = Params::default();
    params.read(parts.uri.query().unwrap_or_default());
    if parts.method == Method::POST && !wire::is_qps(&path) {
        params.read(&String::from_utf8_lossy(&body));
    }
    let pairs = log::params(params.pairs());
    let incoming = Incoming {
        post: parts.method == Method::POST,
        path: path.clone(),
        params,
        body: body.to_vec(),
        authorization: text(&parts.headers, header::AUTHORIZATION.as_str()),
        cookie: text(&parts.headers, header::COOKIE.as_str()),
        requested_with: text(&parts.headers, "x-requested-with")
            .is_some_and(|value| !value.trim().is_empty()),
    };
    if !matches!(parts.method, Method::GET | Method::POST) {
        return plain(405);
    }
    let outgoing = server.subscription.answer(incoming, Instant::now());
    if let Some(log) = &server.log {
        let line = Line {
            time: jiff::Timestamp::now().to_string(),
            method: parts.method.as_str(),
            path: &path,
            params: pairs,
            login: outgoing.login.as_deref(),
            status: outgoing.reply.status,
        };
        if let Err(error) = log.write(&line) {
            drop(writeln!(std::io::stderr(), "qualys-sim: log: {error}"));
        }
    }
    let gzip = text(&parts.headers, header::ACCEPT_ENCODING.as_str())
        .is_some_and(|accepted| accepted.split(',').any(|coding| coding.trim() == "gzip"));
    respond(outgoing, gzip)
}

fn plain(status: u16) -> Response<Body> {
    respond(wire::refusal::front_end(status, "The request was refused").into(), false)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

fn respond(outgoing: Outgoing, gzip: bool) -> Response<Body> {
    let Outgoing { reply, slot, damage, .. } = outgoing;
    let mut response = Response::new(Body::empty());
    let status = axum::http::StatusCode::from_u16(reply.status);
    *response.status_mut() = status.unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.media));
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.append(name, value);
        }
    }
    let small = matches!(reply.body, reply::Body::Bytes(_));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let pieces: Pieces = match reply.body {
        reply::Body::Bytes(bytes) => Box::new(std::iter::once(bytes)),
        reply::Body::Pieces(pieces) => pieces,
    };
    let pieces: Pieces = if gzip { Box::new(Zipped::new(pieces)) } else { pieces };
    let held = Held::new(pieces, slot);
    *response.body_mut() = match damage {
        None if small => Body::from(held.flatten().collect::<Vec<u8>>()),
        None => Body::from_stream(stream::iter(held.map(Ok::<_, Infallible>))),
        Some(Damage::Slow) => slow(held),
        Some(Damage::Cut(call)) => {
            let (length, body) = cut(held, call);
            if let Some(length) = length {
                response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            }
            body
        }
    };
    response
}

/// Half of the first piece, a pause, the rest.
fn slow(held: Held) -> Body {
    Body::from_stream(stream::unfold(
        (held, None::<Vec<u8>>, 0_u32),
        async |(mut held, rest, at)| {
            if let Some(rest) = rest {
                tokio::time::sleep(PAUSE).await;
                return Some((Ok::<_, Infallible>(rest), (held, None, at + 1)));
            }
            let mut piece = held.next()?;
            let rest = (at == 0).then(|| piece.split_off(piece.len() / 2));
            Some((Ok(piece), (held, rest, at + 1)))
        },
    ))
}

/// The start of a body whose end never comes: the connection breaks below a declared length, or
/// inside a chunk; every third time it ends politely, with the document unfinished.
fn cut(mut held: Held, call: u64) -> (Option<u64>, Body) {
    let mut start = held.next().unwrap_or_default();
    let whole = start.len() as u64;
    start.truncate(start.len() / 2);
    let broken = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
    match call % 3 {
        1 => (Some(whole), Body::from_stream(stream::iter([Ok(start), Err(broken)]))),
        2 => (None, Body::from_stream(stream::iter([Ok(start), Err(broken)]))),
        _ => (None, Body::from(start)),
    }
}

/// Keeps the call's slot until its last piece is made: a client that saw the end may call again
/// at once.
struct Held {
    pieces: Pieces,
    next: Option<Vec<u8>>,
    slot: Option<Slot>,
}

impl Held {
    fn new(mut pieces: Pieces, slot: Option<Slot>) -> Self {
        let next = pieces.next();
        Self { pieces, next, slot }
    }
}

impl Iterator for Held {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let piece = self.next.take()?;
        self.next = self.pieces.next();
        if self.next.is_none() {
            drop(self.slot.take());
        }
        Some(piece)
    }
}

struct Zipped {
    pieces: Pieces,
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Zipped {
    fn new(pieces: Pieces) -> Self {
        Self { pieces, encoder: Some(GzEncoder::new(Vec::new(), Compression::fast())) }
    }
}

impl Iterator for Zipped {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let mut encoder = self.encoder.take()?;
        for piece in self.pieces.by_ref() {
            encoder.write_all(&piece).ok()?;
            if !encoder.get_ref().is_empty() {
                let out = std::mem::take(encoder.get_mut());
                self.encoder = Some(encoder);
                return Some(out);
            }
        }
        encoder.finish().ok()
    }
}
