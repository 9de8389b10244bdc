//! The wire table of the contract, tried with every endpoint of the catalogue on a scripted server.

use crate::clock::tests::JumpingClock;
use crate::scripted::{answer, declared};
use crate::scripted_answers::{nothing, page, refusal};
use crate::stage::{End, Ended, partial, tried};
use qualys_sec_inspector::bundle::completeness::EndpointState::{
    Denied, Empty, Failed, NotSubscribed, Present, Truncated,
};
use qualys_sec_inspector::catalogue::{ENDPOINTS, Endpoint, Family, Paging, endpoint};
use std::sync::Arc;

fn is_fo(endpoint: &Endpoint) -> bool {
    matches!(endpoint.family, Family::FoXml | Family::FoCsv)
}

fn is_paged(endpoint: &Endpoint) -> bool {
    endpoint.paging != Paging::Whole
}

/// Runs one row of the table over all endpoints that it concerns.
async fn row(
    what: &str,
    concerns: impl Fn(&Endpoint) -> bool,
    script: impl Fn(&Endpoint, usize) -> Vec<u8> + Copy + Send + Sync + 'static,
    check: impl Fn(&Endpoint, Ended) -> Result<(), String>,
) {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    for endpoint in ENDPOINTS.iter().filter(|endpoint| concerns(endpoint)) {
        let ended = tried(&partial, &clock, endpoint, move |call, _| script(endpoint, call)).await;
        if let Err(why) = check(endpoint, ended) {
            panic!("{what}, {}: {why}", endpoint.id);
        }
    }
}

fn expect(ended: &Ended, end: &End, calls: usize, waits: &[u64]) -> Result<(), String> {
    if ended.end == *end && ended.calls == calls && ended.waits == waits {
        return Ok(());
    }
    Err(format!(
        "{:?} after {} calls and waits {:?}, not {end:?} after {calls} and {waits:?}",
        ended.end, ended.calls, ended.waits
    ))
}

/// Pauses have jitter: their number is what counts.
fn expect_pauses(ended: &Ended, end: &End, calls: usize, pauses: usize) -> Result<(), String> {
    if ended.end == *end && ended.calls == calls && ended.waits.len() == pauses {
        return Ok(());
    }
    Err(format!("{:?} after {} calls, {} pauses", ended.end, ended.calls, ended.waits.len()))
}

#[tokio::test]
async fn usable_pages_end_present_and_empty_lists_empty() {
    row(
        "one page",
        |_| true,
        |e, _| page(e, 1, None),
        |_, ended| expect(&ended, &End::State(Present), 1, &[]),
    )
    .await;
    row(
        "nothing",
        |e| nothing(e).is_some(),
        |e, _| nothing(e).unwrap_or_default(),
        // The portal says how many there are, even where there is none.
        |e, ended| {
            let state = if e.id == "am/host-asset-count" { Present } else { Empty };
            expect(&ended, &End::State(state), 1, &[])
        },
    )
    .await;
    row(
        "three pages",
        is_paged,
        |e, call| {
            let call = u32::try_from(call).expect("few calls");
            page(e, call + 1, (call < 2).then_some(call + 2))
        },
        |_, ended| {
            assert_eq!(ended.pages, 3);
            expect(&ended, &End::State(Present), 3, &[])
        },
    )
    .await;
}

#[tokio::test]
async fn refused_credentials_stop_the_run_at_once() {
    let refused = |_: &Endpoint, ended: Ended| expect(&ended, &End::Refused, 1, &[]);
    // The gateway refuses tokens, not logins: `token_table` tries that.
    let takes_logins = |e: &Endpoint| e.family != Family::GatewayJson;
    row("401", takes_logins, |_, _| answer(401, "", b""), refused).await;
    for (code, status) in
        [("2000", 401), ("2001", 200), ("2001", 403), ("2002", 403), ("2003", 409), ("2011", 403)]
    {
        row(code, is_fo, move |e, _| refusal(e, status, "", code, ""), refused).await;
    }
    let qps = |e: &Endpoint| matches!(e.family, Family::QpsXml | Family::QpsJson);
    row("QPS", qps, |e, _| refusal(e, 200, "", "INVALID_CREDENTIALS", ""), refused).await;
}

#[tokio::test]
async fn what_may_not_be_read_ends_its_endpoint_alone() {
    row(
        "403",
        |_| true,
        |_, _| answer(403, "", b"<html>no</html>"),
        |_, ended| expect(&ended, &End::State(Denied), 1, &[]),
    )
    .await;
    row(
        "2012",
        is_fo,
        |e, _| refusal(e, 403, "", "2012", ""),
        |_, ended| expect(&ended, &End::State(NotSubscribed), 1, &[]),
    )
    .await;
    let qps = |e: &Endpoint| matches!(e.family, Family::QpsXml | Family::QpsJson);
    for (code, state) in [
        ("UNAUTHORIZED", Denied),
        ("INSUFFICIENT_PERMISSION", Denied),
        ("EVALUATION_EXPIRED", NotSubscribed),
    ] {
        row(
            code,
            qps,
            move |e, _| refusal(e, 200, "", code, ""),
            |_, ended| expect(&ended, &End::State(state), 1, &[]),
        )
        .await;
    }
}

#[tokio::test]
async fn crowding_waits_doubling_and_narrows_the_gate() {
    for code in ["1960", "1920"] {
        row(
            code,
            is_fo,
            move |e, call| match call {
                0..3 => refusal(e, 409, "X-Concurrency-Limit-Limit: 2\r\n", code, ""),
                _ => page(e, 1, None),
            },
            |_, ended| {
                assert_eq!(ended.width, 1);
                expect(&ended, &End::State(Present), 4, &[2, 4, 8])
            },
        )
        .await;
    }
}

#[tokio::test]
async fn the_call_limit_is_waited_for_as_told() {
    let item = "<ITEM_LIST><ITEM><KEY>SECONDS_TO_WAIT</KEY><VALUE>9</VALUE></ITEM></ITEM_LIST>";
    for (status, headers, item, wait) in [
        (409, "X-RateLimit-ToWait-Sec: 7\r\n", item, 7),
        (409, "", item, 9),
        (400, "", item, 9),
        (409, "", "", 3601),
    ] {
        row(
            "1965",
            is_fo,
            move |e, call| match call {
                0 => refusal(e, status, headers, "1965", item),
                _ => page(e, 1, None),
            },
            |_, ended| expect(&ended, &End::State(Present), 2, &[wait]),
        )
        .await;
    }
    row(
        "429",
        |_| true,
        |e, call| match call {
            0 => answer(429, "", b""),
            _ => page(e, 1, None),
        },
        |_, ended| expect(&ended, &End::State(Present), 2, &[3601]),
    )
    .await;
    row(
        "too long",
        |_| true,
        |_, _| answer(429, "X-RateLimit-ToWait-Sec: 7201\r\n", b""),
        |_, ended| expect(&ended, &End::Limit, 1, &[]),
    )
    .await;
}

#[tokio::test]
async fn a_used_up_limit_is_waited_for_before_the_next_page() {
    row(
        "remaining 0",
        is_paged,
        |e, call| {
            let more = (call == 0).then_some(2);
            let page = page(e, if call == 0 { 1 } else { 2 }, more);
            let page = String::from_utf8_lossy(&page).into_owned();
            let headers = "X-RateLimit-Remaining: 0\r\nX-RateLimit-ToWait-Sec: 11\r\n\r\n";
            page.replacen("\r\n\r\n", &format!("\r\n{headers}"), 1).into_bytes()
        },
        |_, ended| expect(&ended, &End::State(Present), 2, &[11]),
    )
    .await;
}

#[tokio::test]
async fn passing_failures_are_retried_and_heal() {
    type Bad = fn(&Endpoint) -> Vec<u8>;
    let all: [(&str, Bad); 8] = [
        ("503", |_| answer(503, "", b"<html><body><h1>Maintenance</h1></body></html>")),
        ("500", |_| answer(500, "", b"")),
        ("520", |_| answer(520, "", b"")),
        ("202", |e| refusal(e, 202, "", "1981", "")),
        ("cut", |_| declared(200, "", 1000, b"<A_OUTPUT><RESPONSE>")),
        ("malformed", |_| answer(200, "", b"<A_OUTPUT><RESPONSE></A_OUTPUT>")),
        ("HTML", |_| answer(200, "", b"<html><body>Please log in</body></html>")),
        ("reset", |_| Vec::new()),
    ];
    for (what, bad) in all {
        row(
            what,
            |_| true,
            move |e, call| if call == 0 { bad(e) } else { page(e, 1, None) },
            |_, ended| expect_pauses(&ended, &End::State(Present), 2, 1),
        )
        .await;
        row(
            what,
            |_| true,
            move |e, _| bad(e),
            |_, ended| expect_pauses(&ended, &End::State(Failed), 3, 2),
        )
        .await;
        row(
            what,
            is_paged,
            move |e, call| if call == 0 { page(e, 1, Some(2)) } else { bad(e) },
            |_, ended| {
                assert_eq!(ended.pages, 1);
                expect_pauses(&ended, &End::State(Truncated), 4, 2)
            },
        )
        .await;
    }
    for code in ["999", "1999"] {
        row(
            code,
            is_fo,
            move |e, call| match call {
                0 => refusal(e, 200, "", code, ""),
                _ => page(e, 1, None),
            },
            |_, ended| expect_pauses(&ended, &End::State(Present), 2, 1),
        )
        .await;
    }
}

#[tokio::test]
async fn versions_fall_back_newest_first() {
    fn versions(endpoint: &Endpoint) -> usize {
        let mut versions: Vec<&str> = endpoint.variants.iter().map(|v| v.version).collect();
        versions.dedup();
        versions.len()
    }
    for status in [404, 405, 410] {
        row(
            "retired",
            |_| true,
            move |_, _| answer(status, "", b"<html>gone</html>"),
            |e, ended| expect(&ended, &End::State(Failed), versions(e), &[]),
        )
        .await;
    }
    row(
        "retired once",
        |e| versions(e) > 1,
        |e, call| match call {
            0 => answer(404, "", b"<html>gone</html>"),
            _ => page(e, 1, None),
        },
        |_, ended| expect(&ended, &End::State(Present), 2, &[]),
    )
    .await;
    row(
        "1901",
        is_fo,
        |e, _| refusal(e, 400, "", "1901", ""),
        |e, ended| expect(&ended, &End::State(Failed), e.variants.len(), &[]),
    )
    .await;
}

/// Decision 15a: an edition that does not know a parameter is asked once with it, then without.
#[tokio::test]
async fn a_refused_parameter_is_left_out_of_the_same_version() {
    let (_folder, partial) = partial();
    let clock = Arc::new(JumpingClock::default());
    for (id, parameter) in [("vm/hosts", "show_trurisk=1"), ("vm/detections", "show_arf_data=1")] {
        let endpoint = endpoint(id).expect("known");
        let newest = endpoint.variants.first().expect("a version").path;
        let ended = tried(&partial, &clock, endpoint, move |_, request| {
            if request.line.contains(parameter) {
                refusal(endpoint, 400, "", "1901", "")
            } else {
                assert!(request.line.contains(newest), "{}", request.line);
                page(endpoint, 1, None)
            }
        })
        .await;
        expect(&ended, &End::State(Present), 2, &[]).expect(id);
    }
}

#[tokio::test]
async fn other_refusals_and_redirects_end_an_endpoint_without_a_second_call() {
    row(
        "1905",
        is_fo,
        |e, _| refusal(e, 400, "", "1905", ""),
        |_, ended| expect(&ended, &End::State(Failed), 1, &[]),
    )
    .await;
    let elsewhere = "Location: http://192.0.2.1/\r\n";
    for status in [301, 302, 307] {
        row(
            "3xx",
            |_| true,
            move |_, _| answer(status, elsewhere, b""),
            |_, ended| expect(&ended, &End::State(Failed), 1, &[]),
        )
        .await;
    }
    let huge = vec![b' '; (1 << 20) + 1];
    let (_folder, partial) = partial();
    let hosts = qualys_sec_inspector::catalogue::endpoint("vm/hosts").expect("known");
    let ended = tried(&partial, &Arc::default(), hosts, move |_, _| answer(200, "", &huge)).await;
    assert_eq!(expect(&ended, &End::State(Failed), 1, &[]), Ok(()));
}

#[tokio::test]
async fn lists_that_go_nowhere_are_truncated_and_their_pages_kept() {
    row(
        "repeated cursor",
        is_paged,
        |e, call| {
            let call = u32::try_from(call).expect("few calls");
            page(e, call.min(2) + 1, Some(2))
        },
        |_, ended| {
            assert!((2..=4).contains(&ended.pages), "{} pages", ended.pages);
            expect_pauses(&ended, &End::State(Truncated), ended.calls, 0)
        },
    )
    .await;
    row(
        "no progress",
        is_paged,
        |e, call| {
            let call = u32::try_from(call).expect("few calls");
            page(e, 1, Some(call + 2))
        },
        |_, ended| expect(&ended, &End::State(Truncated), 2, &[]),
    )
    .await;
}
