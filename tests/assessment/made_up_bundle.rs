//! A small subscription of our own making, sealed into a bundle.

use std::fs;
use std::path::{Path, PathBuf};

use qualys_sec_inspector::bundle::body::NewBody;
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, RunEnd, RunStart, Tool};
use qualys_sec_inspector::bundle::seal::{Seal, Sign};
use qualys_sec_inspector::bundle::signature::{SigningKey, generate};
use qualys_sec_inspector::catalogue;
use qualys_sec_inspector::qualys::records;

/// Start of the collection, and so the clock of the assessment.
pub(crate) const STARTED: &str = "2026-03-28T02:10:00.000Z";

/// Two groups, of which one is in a schedule that stops by itself; two hosts; a Manager's login.
#[rustfmt::skip]
pub(crate) const ANSWERS: &[(&str, &str)] = &[
    ("vm/asset-groups", "<ASSET_GROUP_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><ASSET_GROUP_LIST>\
        <ASSET_GROUP><ID>101</ID><TITLE><![CDATA[DMZ]]></TITLE><IP_SET><IP_RANGE>198.51.100.0-198.51.100.3</IP_RANGE></IP_SET></ASSET_GROUP>\
        <ASSET_GROUP><ID>102</ID><TITLE><![CDATA[=Lab]]></TITLE><IP_SET><IP>192.0.2.7</IP></IP_SET></ASSET_GROUP>\
        </ASSET_GROUP_LIST></RESPONSE></ASSET_GROUP_LIST_OUTPUT>"),
    ("vm/ips", "<IP_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><IP_SET>\
        <IP_RANGE>198.51.100.0-198.51.100.3</IP_RANGE><IP>192.0.2.7</IP></IP_SET></RESPONSE></IP_LIST_OUTPUT>"),
    ("vm/excluded-ips", "<IP_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME></RESPONSE></IP_LIST_OUTPUT>"),
    ("vm/hosts", "<HOST_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><HOST_LIST>\
        <HOST><ID>5001</ID><IP>198.51.100.1</IP><TRACKING_METHOD>IP</TRACKING_METHOD><OS><![CDATA[Windows Server 2022]]></OS><LAST_VULN_SCAN_DATETIME>2026-03-27T01:00:00Z</LAST_VULN_SCAN_DATETIME><LAST_VM_SCANNED_DATE>2026-03-27T01:00:00Z</LAST_VM_SCANNED_DATE><LAST_VM_AUTH_SCANNED_DATE>2026-03-27T01:00:00Z</LAST_VM_AUTH_SCANNED_DATE><ASSET_GROUP_IDS>101</ASSET_GROUP_IDS></HOST>\
        <HOST><ID>5002</ID><IP>192.0.2.7</IP><TRACKING_METHOD>IP</TRACKING_METHOD><OS><![CDATA[Linux 6]]></OS><LAST_VULN_SCAN_DATETIME>2026-03-26T01:00:00Z</LAST_VULN_SCAN_DATETIME><LAST_VM_SCANNED_DATE>2026-03-26T01:00:00Z</LAST_VM_SCANNED_DATE><ASSET_GROUP_IDS>102</ASSET_GROUP_IDS></HOST>\
        </HOST_LIST></RESPONSE></HOST_LIST_OUTPUT>"),
    ("vm/scan-schedules", "<SCHEDULE_SCAN_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><SCHEDULE_SCAN_LIST>\
        <SCAN><ID>301</ID><ACTIVE>1</ACTIVE><TITLE><![CDATA[DMZ weekly]]></TITLE><USER_LOGIN>acme_ab1</USER_LOGIN><TARGET><![CDATA[198.51.100.0-198.51.100.3]]></TARGET><ISCANNER_NAME><![CDATA[scn-1]]></ISCANNER_NAME><ASSET_GROUP_TITLE_LIST><ASSET_GROUP_TITLE><![CDATA[DMZ]]></ASSET_GROUP_TITLE></ASSET_GROUP_TITLE_LIST><SCHEDULE><WEEKLY frequency_weeks=\"1\" weekdays=\"0\" /><START_DATE_UTC>2025-01-05T01:00:00Z</START_DATE_UTC><NEXTLAUNCH_UTC>2026-03-29T01:00:00</NEXTLAUNCH_UTC><MAX_OCCURRENCE>200</MAX_OCCURRENCE></SCHEDULE></SCAN>\
        </SCHEDULE_SCAN_LIST></RESPONSE></SCHEDULE_SCAN_LIST_OUTPUT>"),
    ("vm/schedule-runs", "<SCHEDULES_RUN_HISTORY><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><SCHEDULE_LIST>\
        <SCHEDULE><ID>301</ID><RUN_LIST><RUN><REF>scan/1774573200.00001</REF><LAUNCH_DATETIME>2026-03-22T01:00:00Z</LAUNCH_DATETIME><STATUS><STATE>Finished</STATE></STATUS></RUN></RUN_LIST></SCHEDULE>\
        </SCHEDULE_LIST></RESPONSE></SCHEDULES_RUN_HISTORY>"),
    ("vm/scans", "<SCAN_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME></RESPONSE></SCAN_LIST_OUTPUT>"),
    ("vm/detections", "<HOST_LIST_VM_DETECTION_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><HOST_LIST>\
        <HOST><ID>5001</ID><IP>198.51.100.1</IP><DETECTION_LIST>\
        <DETECTION><UNIQUE_VULN_ID>1</UNIQUE_VULN_ID><QID>90001</QID><TYPE>Confirmed</TYPE><SEVERITY>5</SEVERITY><SSL>0</SSL><STATUS>Active</STATUS><FIRST_FOUND_DATETIME>2026-01-10T02:10:00Z</FIRST_FOUND_DATETIME><LAST_FOUND_DATETIME>2026-03-27T01:00:00Z</LAST_FOUND_DATETIME><LAST_TEST_DATETIME>2026-03-27T01:00:00Z</LAST_TEST_DATETIME><IS_IGNORED>0</IS_IGNORED><IS_DISABLED>0</IS_DISABLED></DETECTION>\
        </DETECTION_LIST></HOST></HOST_LIST></RESPONSE></HOST_LIST_VM_DETECTION_OUTPUT>"),
    ("vm/knowledge-base", "<KNOWLEDGE_BASE_VULN_LIST_OUTPUT><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><VULN_LIST>\
        <VULN><QID>90001</QID><VULN_TYPE>Vulnerability</VULN_TYPE><SEVERITY_LEVEL>5</SEVERITY_LEVEL><TITLE><![CDATA[Made-up flaw]]></TITLE><PATCHABLE>1</PATCHABLE></VULN>\
        </VULN_LIST></RESPONSE></KNOWLEDGE_BASE_VULN_LIST_OUTPUT>"),
    ("vm/users", "<USER_LIST_OUTPUT><USER_LIST><USER><USER_LOGIN>acme_ab1</USER_LOGIN><USER_ID>9</USER_ID><USER_STATUS>Active</USER_STATUS><USER_ROLE>Manager</USER_ROLE></USER></USER_LIST></USER_LIST_OUTPUT>"),
    ("am/host-assets", "<ServiceResponse><responseCode>SUCCESS</responseCode><count>0</count><hasMoreRecords>false</hasMoreRecords></ServiceResponse>"),
    ("am/tags", "<ServiceResponse><responseCode>SUCCESS</responseCode><count>0</count><hasMoreRecords>false</hasMoreRecords></ServiceResponse>"),
];

/// A folder with `made.qsi`, signed unless asked otherwise, and the allowed signers.
pub(crate) struct Made {
    pub(crate) home: tempfile::TempDir,
    pub(crate) bundle: PathBuf,
    pub(crate) signers: PathBuf,
}

/// Seals the answers; `denied` endpoints are refused with code 1905 instead.
pub(crate) fn make(denied: &[&str], signed: bool) -> Made {
    make_of(ANSWERS, denied, signed)
}

/// The same with other answers.
pub(crate) fn make_of(answers: &[(&str, &str)], denied: &[&str], signed: bool) -> Made {
    let home = tempfile::tempdir().unwrap();
    let bundle = home.path().join("made.qsi");
    let start = RunStart {
        time: STARTED.to_owned(),
        host: "collector.example.com".to_owned(),
        tool: Tool { name: "collect".to_owned(), version: "0.0.0".to_owned(), ..Tool::default() },
        platform: "us1".to_owned(),
        login: "acme_ab1".to_owned(),
        redaction_profile: "standard/1".to_owned(),
        plan: answers.iter().map(|(endpoint, _)| (*endpoint).to_owned()).collect(),
        ..RunStart::default()
    };
    let mut partial = Partial::create(&bundle, start).unwrap();
    let mut outcomes = Vec::new();
    for (second, (endpoint, text)) in (1_u64..).zip(answers) {
        let refused = denied.contains(endpoint);
        let text = if refused { DENIED } else { text };
        let (body, records) = body(endpoint, text);
        partial.commit(exchange(endpoint, second, refused), Some(body)).unwrap();
        outcomes.push(EndpointOutcome {
            endpoint: (*endpoint).to_owned(),
            state: match (refused, records) {
                (true, _) => EndpointState::Denied,
                (false, 0) => EndpointState::Empty,
                (false, _) => EndpointState::Present,
            },
            pages: u64::from(!refused),
            records: if refused { 0 } else { records },
            reason: refused.then(|| "code 1905".to_owned()),
        });
    }
    let end = RunEnd {
        time: "2026-03-28T02:11:00.000Z".to_owned(),
        mono_ms: 60_000,
        outcomes,
        ..RunEnd::default()
    };
    let (key, signers) = key(home.path());
    let key: Option<&dyn Sign> = if signed { Some(&key) } else { None };
    let sealed_at = "2026-03-28T02:12:00.000Z".to_owned();
    partial.seal(end, Seal { key, sealed_at, relation: Relation::First }).unwrap();
    Made { home, bundle, signers }
}

const DENIED: &str = "<SIMPLE_RETURN><RESPONSE><DATETIME>2026-03-28T02:10:01Z</DATETIME><CODE>1905</CODE><TEXT>no access</TEXT></RESPONSE></SIMPLE_RETURN>";

fn body(endpoint: &str, text: &str) -> (NewBody, u64) {
    let known = catalogue::endpoint(endpoint).unwrap();
    let (rule, ends) = records::segments(text.as_bytes(), known.family, known.record);
    let count = text.matches(&format!("<{}>", known.record)).count() as u64;
    let body = NewBody {
        media: "text/xml".to_owned(),
        bytes: text.as_bytes().to_vec(),
        segment_rule: rule,
        segment_ends: ends,
    };
    (body, count)
}

fn exchange(endpoint: &str, second: u64, refused: bool) -> Exchange {
    let known = catalogue::endpoint(endpoint).unwrap();
    let variant = known.variants.first().unwrap();
    let params = variant.params.iter();
    Exchange {
        time: format!("2026-03-28T02:10:{second:02}.000Z"),
        mono_ms: second * 1000,
        endpoint: endpoint.to_owned(),
        attempt: 1,
        page: 1,
        method: format!("{:?}", known.method).to_uppercase(),
        host: "qualysapi.example.com".to_owned(),
        path: variant.path.to_owned(),
        version: variant.version.to_owned(),
        params: params.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        status: Some(if refused { 403 } else { 200 }),
        outcome: if refused { Outcome::Denied } else { Outcome::Ok },
        code: refused.then(|| "1905".to_owned()),
        ..Exchange::default()
    }
}

/// A fresh key, and the file that allows it.
fn key(home: &Path) -> (SigningKey, PathBuf) {
    let made = generate("operator@example.com", None).unwrap();
    let (file, signers) = (home.join("key"), home.join("signers"));
    fs::write(&file, made.private).unwrap();
    fs::write(&signers, made.allowed_signers).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }
    (SigningKey::load(&file, None).unwrap(), signers)
}
