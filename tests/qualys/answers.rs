//! What an answer means, whatever its status says.

use super::*;
use qualys_sec_inspector::qualys::fault::{Answer, Fault};

#[test]
fn faults_follow_the_body_before_the_status() {
    let hosts = endpoint("vm/hosts");
    let users = endpoint("vm/users");
    let tags = endpoint("am/tags");
    let log = endpoint("vm/activity-log");
    let code = |code: &str| Some(code.to_owned());
    let simple = |code: &str, text: &str| {
        format!(
            "<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><CODE>{code}</CODE><TEXT>{text}</TEXT></RESPONSE></SIMPLE_RETURN>"
        )
    };
    let qps = |word: &str| {
        format!("<ServiceResponse><responseCode>{word}</responseCode></ServiceResponse>")
    };
    let blocked = |code: &str| Fault::AccountBlocked { code: code.to_owned() };
    let cases: Vec<(&str, u16, &Endpoint, Vec<u8>, Fault)> = vec![
        ("401", 401, hosts, b"".to_vec(), Fault::BadCredentials { code: None }),
        ("2000", 401, hosts, simple("2000", "Bad Login").into(), Fault::BadCredentials { code: code("2000") }),
        ("2001 under 200", 200, log, simple("2001", "expired").into(), blocked("2001")),
        ("2002", 403, hosts, simple("2002", "inactive").into(), blocked("2002")),
        ("2003 under 409", 409, hosts, simple("2003", "register").into(), blocked("2003")),
        ("2011", 403, hosts, simple("2011", "SecureID").into(), blocked("2011")),
        ("403", 403, hosts, b"".to_vec(), Fault::Denied { code: None }),
        ("403 page", 403, hosts, MAINTENANCE.to_vec(), Fault::Denied { code: None }),
        ("2012", 403, hosts, simple("2012", "license").into(), Fault::NotSubscribed { code: code("2012") }),
        ("2010", 403, hosts, simple("2010", "forbidden").into(), Fault::NotSubscribed { code: code("2010") }),
        ("sentence", 403, hosts, simple("1", "You are Not Subscribed").into(), Fault::NotSubscribed { code: code("1") }),
        ("1960", 409, hosts, simple("1960", "busy").into(), Fault::Concurrency),
        ("1920", 409, hosts, simple("1920", "busy").into(), Fault::Concurrency),
        ("409 alone", 409, hosts, b"".to_vec(), Fault::Concurrency),
        ("1965", 409, hosts, RATE_LIMIT.to_vec(), Fault::RateLimited { wait: Some(811) }),
        ("1965 under 400", 400, hosts, simple("1965", "later").into(), Fault::RateLimited { wait: None }),
        ("429", 429, hosts, b"{}".to_vec(), Fault::RateLimited { wait: None }),
        ("1981", 202, hosts, simple("1981", "processing").into(), Fault::Busy),
        ("202", 202, hosts, b"".to_vec(), Fault::Busy),
        ("999", 200, hosts, simple("999", "Internal").into(), Fault::Unavailable { status: 200 }),
        ("1999", 503, hosts, simple("1999", "maintenance").into(), Fault::Unavailable { status: 503 }),
        ("503 page", 503, hosts, MAINTENANCE.to_vec(), Fault::Unavailable { status: 503 }),
        ("520", 520, hosts, b"".to_vec(), Fault::Unavailable { status: 520 }),
        ("list under 500", 500, hosts, HOSTS.to_vec(), Fault::Unavailable { status: 500 }),
        ("404", 404, hosts, b"".to_vec(), Fault::Retired),
        ("404 page", 404, hosts, MAINTENANCE.to_vec(), Fault::Retired),
        ("410", 410, hosts, b"gone".to_vec(), Fault::Retired),
        ("1901", 400, hosts, simple("1901", "Unrecognized").into(), Fault::UnknownParameter),
        ("1905", 400, hosts, INVALID_VALUE.to_vec(), Fault::BadRequest { code: code("1905"), text: "parameter ids has invalid value: x".to_owned() }),
        ("302", 302, hosts, b"".to_vec(), Fault::Redirect { status: 302 }),
        ("page under 200", 200, hosts, MAINTENANCE.to_vec(), Fault::Html),
        ("nothing under 200", 200, hosts, b"".to_vec(), Fault::Empty),
        ("cut", 200, hosts, HOSTS[..900].to_vec(), Fault::CutShort),
        ("not XML", 200, hosts, b"oops".to_vec(), Fault::Malformed { offset: 0 }),
        ("success is no list", 200, hosts, b"<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:00Z</DATETIME><TEXT>Logged in</TEXT></RESPONSE></SIMPLE_RETURN>".to_vec(), Fault::Unexpected { root: "SIMPLE_RETURN".to_owned() }),
        ("empty without stamp", 200, hosts, b"<HOST_LIST_OUTPUT/>".to_vec(), Fault::Unexpected { root: "HOST_LIST_OUTPUT".to_owned() }),
        ("MSP", 200, users, MSP_FAILED.to_vec(), blocked("2001")),
        ("MSP list error", 200, users, MSP_ERROR.to_vec(), Fault::NotSubscribed { code: code("2012") }),
        ("QPS", 200, tags, QPS_ERROR.to_vec(), Fault::BadRequest { code: code("INVALID_REQUEST"), text: "Criteria 'id' (x).".to_owned() }),
        ("QPS login", 200, tags, qps("INVALID_CREDENTIALS").into(), Fault::BadCredentials { code: code("INVALID_CREDENTIALS") }),
        ("QPS denied", 200, tags, qps("UNAUTHORIZED").into(), Fault::Denied { code: code("UNAUTHORIZED") }),
        ("QPS permission", 200, tags, qps("INSUFFICIENT_PERMISSION").into(), Fault::Denied { code: code("INSUFFICIENT_PERMISSION") }),
        ("QPS trial over", 200, tags, qps("EVALUATION_EXPIRED").into(), Fault::NotSubscribed { code: code("EVALUATION_EXPIRED") }),
        ("QPS version", 200, tags, qps("INVALID_API_VERSION").into(), Fault::Retired),
        ("QPS lost a record", 200, tags, b"<ServiceResponse><responseCode>SUCCESS</responseCode><count>2</count><data><Tag><id>1</id></Tag></data></ServiceResponse>".to_vec(), Fault::CutShort),
        ("CSV cut", 200, log, BLOCKS[..200].to_vec(), Fault::CutShort),
        ("sentence for CSV", 200, log, b"Try again".to_vec(), Fault::Malformed { offset: 0 }),
    ];
    for (name, status, endpoint, body, expected) in cases {
        let (answer, facts) = classify(status, &[], &body, endpoint);
        assert_eq!(answer, Answer::Fault(expected), "{name}");
        assert_eq!(facts, None, "{name}");
    }
    let headers = pairs(&[("x-ratelimit-towait-sec", "95")]);
    let (answer, _) = classify(409, &headers, b"", hosts);
    assert_eq!(answer, Answer::Fault(Fault::RateLimited { wait: Some(95) }));
}

#[test]
fn usable_answers_are_whole() {
    for (id, body, records) in [
        ("vm/hosts", HOSTS, 2),
        ("vm/hosts", LOWER_CASE, 1),
        ("vm/hosts", NO_HOSTS, 0),
        ("vm/users", USERS, 1),
        ("am/tags", TAGS, 2),
        ("am/tags", NO_TAGS, 0),
        ("vm/activity-log", BLOCKS, 2),
        ("vm/activity-log", PLAIN, 2),
    ] {
        let (answer, facts) = classify(200, &[], body, endpoint(id));
        assert_eq!((answer, facts.unwrap().records), (Answer::Whole, records), "{id}");
    }
}

/// Whatever a failing service writes, what people read of it holds no credential.
#[test]
fn no_message_repeats_a_credential_of_the_answer() {
    use qualys_sec_inspector::catalogue::ENDPOINTS;
    let token = "CANARY0123456789".repeat(4);
    let bodies = [
        (502, format!("<html><body>CANARY {token}</body></html>")),
        (
            400,
            format!(
                "<SIMPLE_RETURN><RESPONSE><CODE>1905</CODE><TEXT>see https://u:CANARY@qualysapi.example/?token={token} password=CANARY</TEXT></RESPONSE></SIMPLE_RETURN>"
            ),
        ),
        (
            200,
            format!(
                "<ServiceResponse><responseCode>INVALID_REQUEST</responseCode><responseErrorDetails><errorMessage>bad {token}</errorMessage></responseErrorDetails></ServiceResponse>"
            ),
        ),
        (500, format!("\"Date\",\"Action\"\n\"CANARY\",\"{token}\"\n")),
    ];
    for endpoint in ENDPOINTS {
        for (status, body) in &bodies {
            let (answer, _) = classify(*status, &[], body.as_bytes(), endpoint);
            let Answer::Fault(fault) = answer else {
                panic!("{}: {status} is a usable answer", endpoint.id);
            };
            let place = format!("{} {status}: {fault}", endpoint.id);
            assert!(!place.contains("CANARY"), "{place}");
            assert!(!format!("{:?}", fault.code()).contains("CANARY"), "{place}");
        }
    }
}
