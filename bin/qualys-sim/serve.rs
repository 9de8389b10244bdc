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
use axum::serve::Listener;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::admission::Slot;
use crate::log::{self, Line, Log};
use crate::subscription::{Damage, Incoming, Outgoing, Subscription};
use crate::wire;
use crate::wire::params::Params;
use crate::wire::reply::{self, Pieces};

/// Forms with long lists of ids stay far below this.
const MAX_REQUEST: usize = 8 << 20;
/// The pause of a slow body.
const PAUSE: Duration = Duration::from_secs(3);

/// How long a body may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(2);

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

/// Serves until `stop` completes, and then a moment longer for the answers that are under way.
pub(crate) async fn run(
    listener: impl Listener<Addr = SocketAddr>,
    server: Server,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router = Router::new().fallback(handle).with_state(Arc::new(server));
    let (stopping, stopped) = oneshot::channel::<()>();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        drop(stopping);
    });
    tokio::select! {
        ended = async { serving.await } => ended,
        () = async {
            // The sender sends nothing: it goes away when stopping begins.
            drop(stopped.await);
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    }
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_REQUEST).await else {
        return plain(413);
    };
    let path = parts.uri.path().to_owned();
    let mut params = Params::default();
    params.read(parts.uri.query().unwrap_or_default());
    if parts.method == Method::POST && wire::has_form(&path) {
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
        content_type: text(&parts.headers, header::CONTENT_TYPE.as_str()),
        accept: text(&parts.headers, header::ACCEPT.as_str()),
        time: jiff::Timestamp::now().as_second(),
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
    // 204 has no body, packed or not.
    let gzip = gzip && reply.status != 204;
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
    match call % 3 {
        1 => (Some(whole), broken(start)),
        2 => (None, broken(start)),
        _ => (None, Body::from(start)),
    }
}

/// These bytes, then an error that ends the connection.
fn broken(start: Vec<u8>) -> Body {
    Body::from_stream(stream::unfold(Some(start), async |mut start| {
        if let Some(start) = start.take() {
            return Some((Ok(start), None));
        }
        // The server writes what it has when it has to wait for more.
        tokio::task::yield_now().await;
        Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), None))
    }))
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

#[cfg(test)]
mod tests {
    //! The server as a socket sees it.

    use std::io::Read as _;
    use std::net::SocketAddr;
    use std::sync::Arc;

    use flate2::read::GzDecoder;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;
    use tokio::sync::oneshot;

    use super::{Server, listen, run};
    use crate::faults::{Fault, Faults};
    use crate::subscription::Subscription;
    use crate::tenant::{Kind, Spec, Tenant};

    const HOSTS: &str = "/api/5.0/fo/asset/host/?action=list&details=All";

    /// An answer as it came: lower-case head, body bytes as sent.
    struct Raw {
        head: String,
        body: Vec<u8>,
    }

    async fn ask(address: SocketAddr, target: &str, more: &str) -> Raw {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Authorization: Basic dXNlcjpwYXNz\r\nX-Requested-With: test\r\n{more}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        // A connection that is cut may end in an error; what came counts.
        drop(stream.read_to_end(&mut bytes).await);
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        Raw { head, body: bytes.split_off(end + 4) }
    }

    /// Joins chunks; `None` where the last one is missing or unfinished.
    fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = rest.windows(2).position(|part| part == b"\r\n")?;
            let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
            let chunk = rest.get(end + 2..end + 2 + size)?;
            rest = rest.get(end + 2 + size + 2..)?;
            if size == 0 {
                return Some(body);
            }
            body.extend_from_slice(chunk);
        }
    }

    /// Serves a small tenant to `test`, then stops.
    fn with_server<T>(faults: &str, test: impl AsyncFnOnce(SocketAddr) -> T) -> T {
        let spec = Spec {
            kind: Kind::Tidy,
            seed: 3,
            hosts: Some(30),
            detections_per_host: Some(2),
            clock: 1_774_663_800,
        };
        let faults: Faults = faults
            .split(',')
            .filter(|entry| !entry.is_empty())
            .map(|entry| entry.parse::<Fault>().unwrap())
            .collect();
        let subscription = Subscription::new(Arc::new(Tenant::new(&spec)), faults);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopped) = oneshot::channel::<()>();
            let server = tokio::spawn(run(listener, Server { subscription, log: None }, async {
                drop(stopped.await);
            }));
            let result = test(address).await;
            stop.send(()).unwrap();
            server.await.unwrap().unwrap();
            result
        })
    }

    #[test]
    fn lists_come_in_chunks_and_packed_on_request() {
        with_server("", async |address| {
            let plain = ask(address, HOSTS, "").await;
            assert!(plain.head.starts_with("http/1.1 200"), "{}", plain.head);
            assert!(plain.head.contains("transfer-encoding: chunked"));
            assert!(plain.head.contains("server: qweb") && plain.head.contains("\r\ndate: "));
            let packed = ask(address, HOSTS, "Accept-Encoding: gzip, deflate\r\n").await;
            assert!(packed.head.contains("content-encoding: gzip"));
            let mut text = Vec::new();
            let bytes = unchunked(&packed.body).unwrap();
            GzDecoder::new(bytes.as_slice()).read_to_end(&mut text).unwrap();
            assert_eq!(text, unchunked(&plain.body).unwrap());
        });
    }

    #[test]
    fn a_cut_body_shows_in_three_ways() {
        with_server("cut", async |address| {
            let short = ask(address, HOSTS, "").await;
            let (_, length) = short.head.split_once("content-length: ").unwrap();
            let declared: usize = length.lines().next().unwrap().parse().unwrap();
            assert!(!short.body.is_empty() && short.body.len() < declared);
            let broken = ask(address, HOSTS, "").await;
            assert!(broken.head.contains("transfer-encoding: chunked"));
            assert!(!broken.body.is_empty() && unchunked(&broken.body).is_none());
            let polite = ask(address, HOSTS, "").await;
            let text = String::from_utf8(polite.body).unwrap();
            assert!(text.contains("<HOST_LIST_OUTPUT>") && !text.contains("</HOST_LIST_OUTPUT>"));
        });
    }

    #[test]
    fn only_loopback_is_served() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let refused = runtime.block_on(listen("0.0.0.0:0".parse().unwrap()));
        assert_eq!(refused.unwrap_err().kind(), std::io::ErrorKind::InvalidInput);
    }
}
