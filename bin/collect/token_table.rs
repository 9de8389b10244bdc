//! Tokens tried on a scripted gateway: minted when needed, once more when refused, never recorded.

use crate::clock::tests::JumpingClock;
use crate::scripted::{Request, Scripted, answer};
use crate::scripted_answers::page;
use crate::stage::{End, SECRET, partial, session, walked};
use crate::token::tests::made_up;
use qualys_sec_inspector::bundle;
use qualys_sec_inspector::bundle::completeness::EndpointState::{Denied, Failed, Present};
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::Record;
use qualys_sec_inspector::catalogue::{Endpoint, endpoint};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

fn known(id: &str) -> &'static Endpoint {
    endpoint(id).expect("known")
}

/// The token of the n-th minting, from 0.
fn token(minting: usize) -> String {
    made_up(&format!("{{\"iat\":0,\"exp\":14400,\"n\":{minting}}}"))
}

/// Answers mintings by themselves; every other call by `script` with the token that it carries.
async fn gateway(
    mint: impl Fn(usize) -> Vec<u8> + Send + Sync + 'static,
    script: impl Fn(&Request, &str) -> Vec<u8> + Send + Sync + 'static,
) -> Scripted {
    let minted = Mutex::new(0);
    Scripted::start(move |_, request| {
        if request.line == "POST /auth" {
            let mut minted = minted.lock().unwrap_or_else(PoisonError::into_inner);
            *minted += 1;
            return mint(*minted - 1);
        }
        script(request, request.header("authorization").unwrap_or_default())
    })
    .await
}

fn lines(server: &Scripted) -> Vec<String> {
    let path = |line: String| line.split('?').next().unwrap_or_default().to_owned();
    server.requests().into_iter().map(|request| path(request.line)).collect()
}

const MINT: &str = "POST /auth";
const COUNT: &str = "POST /rest/2.0/count/am/asset";

fn minted(n: usize) -> Vec<u8> {
    answer(201, "", format!("{}\n", token(n)).as_bytes())
}

#[tokio::test]
async fn a_refused_token_is_replaced_once_and_then_the_endpoint_is_denied() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(minted, |_, _| answer(401, "", br#"{"message":"JWT expired"}"#)).await;
    let session = session(&partial, &clock, Some(&server.url), false);
    let ended = walked(&session, known("gav/asset-count")).await;
    assert_eq!(ended, (End::State(Denied), 0));
    assert_eq!(lines(&server), [MINT, COUNT, MINT, COUNT]);
    let sent: Vec<Option<String>> = server
        .requests()
        .iter()
        .map(|request| request.header("authorization").map(str::to_owned))
        .collect();
    let bearer = |n| Some(format!("Bearer {}", token(n)));
    assert_eq!(sent, [None, bearer(0), None, bearer(1)]);
    let form = server.requests().first().map(|request| request.body.clone());
    assert_eq!(form.as_deref(), Some("username=exmpl_ab&password=correct-horse&token=true"));
}

#[tokio::test]
async fn a_login_that_the_gateway_refuses_is_tried_once_and_the_run_goes_on() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(|_| answer(401, "", b"{}"), |_, _| page(known("vm/ips"), 1, None)).await;
    let session = session(&partial, &clock, Some(&server.url), false);
    for _ in 0..2 {
        let ended = walked(&session, known("gav/asset-count")).await;
        assert_eq!(ended, (End::State(Denied), 0));
    }
    assert_eq!(walked(&session, known("vm/ips")).await, (End::State(Present), 1));
    assert_eq!(lines(&server), [MINT, "GET /api/2.0/fo/asset/ip/"]);
}

#[tokio::test]
async fn with_oauth_a_refused_login_ends_the_run() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(|_| answer(401, "", b"{}"), |_, _| answer(500, "", b"")).await;
    let session = session(&partial, &clock, Some(&server.url), true);
    assert_eq!(walked(&session, known("vm/ips")).await, (End::Refused, 0));
    assert_eq!(lines(&server), [MINT]);
}

#[tokio::test]
async fn with_oauth_every_family_but_the_oldest_carries_the_one_token() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(minted, |request, authorization| {
        let expected = if request.line.contains("/msp/") { "Basic " } else { "Bearer " };
        if !authorization.starts_with(expected) {
            return answer(500, "", b"");
        }
        if request.line.contains("/msp/") {
            page(known("vm/users"), 1, None)
        } else if request.line.contains("/qps/") {
            page(known("am/tags"), 1, None)
        } else {
            page(known("vm/ips"), 1, None)
        }
    })
    .await;
    let session = session(&partial, &clock, Some(&server.url), true);
    for id in ["vm/users", "vm/ips", "am/tags"] {
        assert_eq!(walked(&session, known(id)).await, (End::State(Present), 1), "{id}");
    }
    assert_eq!(lines(&server).iter().filter(|line| *line == MINT).count(), 1);
}

#[tokio::test]
async fn a_token_is_replaced_before_it_expires() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(minted, |_, _| page(known("vm/ips"), 1, None)).await;
    let session = session(&partial, &clock, Some(&server.url), true);
    for _ in 0..2 {
        walked(&session, known("vm/ips")).await;
    }
    let hours = Duration::from_hours(4) - Duration::from_mins(5);
    session.clock.sleep(hours).await;
    walked(&session, known("vm/ips")).await;
    let call = "GET /api/2.0/fo/asset/ip/";
    assert_eq!(lines(&server), [MINT, call, call, MINT, call]);
}

#[tokio::test]
async fn a_passing_failure_of_the_minting_heals() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let down = |n| if n == 0 { answer(503, "", b"<html>") } else { minted(n) };
    let server = gateway(down, |_, _| page(known("vm/ips"), 1, None)).await;
    let session = session(&partial, &clock, Some(&server.url), true);
    assert_eq!(walked(&session, known("vm/ips")).await, (End::State(Present), 1));
    assert_eq!(lines(&server), [MINT, MINT, "GET /api/2.0/fo/asset/ip/"]);
    assert_eq!(clock.waits().len(), 1);
}

#[tokio::test]
async fn a_private_cloud_without_a_gateway_says_so_and_asks_nobody() {
    let (_folder, partial) = partial();
    let session = session(&partial, &Arc::default(), None, false);
    for id in ["gav/asset-count", "cloud/aws-connectors"] {
        assert_eq!(walked(&session, known(id)).await, (End::State(Failed), 0), "{id}");
    }
    let missing = session.lines.missing(known("gav/assets").family);
    assert!(missing.contains("--gateway-url") && missing.contains("api.example.com"), "{missing}");
}

/// Every record and body as text.
fn kept(partial: &Mutex<Partial>) -> Vec<String> {
    let partial = partial.lock().expect("not poisoned");
    let mut texts = Vec::new();
    partial
        .records(|_, record| {
            texts.push(String::from_utf8_lossy(&record.to_jcs()?).into_owned());
            if let Record::Exchange(exchange) = record
                && let Some(body) = exchange.body
            {
                texts.push(String::from_utf8_lossy(&partial.body(body.id)?).into_owned());
            }
            Ok::<(), bundle::Error>(())
        })
        .expect("read");
    texts
}

#[tokio::test]
async fn neither_password_nor_token_is_kept_even_where_they_are_echoed() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    let server = gateway(minted, |_, authorization| {
        let echo = format!("<html>{authorization} for {SECRET}</html>");
        answer(403, &format!("X-Echo: {authorization}\r\n"), echo.as_bytes())
    })
    .await;
    let session = session(&partial, &clock, Some(&server.url), false);
    assert_eq!(walked(&session, known("gav/asset-count")).await, (End::State(Denied), 0));
    let kept = kept(&partial);
    let token = token(0);
    for text in &kept {
        assert!(!text.contains(&token) && !text.contains(SECRET), "{text}");
    }
    let all = kept.join("\n");
    assert!(all.contains("gateway/auth") && all.contains("exmpl_ab"), "{all}");
    assert_eq!(all.matches("[redacted] for [redacted]").count(), 1, "{all}");
}
