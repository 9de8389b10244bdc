//! Loading a bundle against the least that reading its bodies can cost.
//!
//! `cargo bench --bench load` compares a bare walk over the XML events with the whole load: decode,
//! check 13 (two SHA-256 over every byte), parse, fill and index the model. With
//! `QSI_BENCH_DETECTIONS=500000` it runs each once on a set of that size and prints CPU time, their
//! ratio and the peak of memory (Linux).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark may panic and prints")]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use qualys_sec_inspector::bundle::body::{self, NewBody};
use qualys_sec_inspector::bundle::completeness::{EndpointOutcome, EndpointState};
use qualys_sec_inspector::bundle::hash::BodyHash;
use qualys_sec_inspector::bundle::manifest::Relation;
use qualys_sec_inspector::bundle::partial::Partial;
use qualys_sec_inspector::bundle::record::{Exchange, Outcome, Record, RunEnd, RunStart, Tool};
use qualys_sec_inspector::bundle::seal::Seal;
use qualys_sec_inspector::bundle::verify::{self, Policy};
use qualys_sec_inspector::bundle::{self, Evidence};
use qualys_sec_inspector::catalogue::Family;
use qualys_sec_inspector::evidence;
use qualys_sec_inspector::qualys::records;
use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::fmt::Write as _;
use std::fs;
use std::time::Instant;
use tempfile::TempDir;

/// Detections on a host; hosts on a page.
const ON_HOST: u64 = 25;
const ON_PAGE: u64 = 1000;

const THREADS: usize = 2;

fn main() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the size of a benchmark is no input of the product"
    )]
    let size = std::env::var("QSI_BENCH_DETECTIONS");
    match size {
        Ok(size) => once(size.parse().unwrap()),
        Err(_) => divan::main(),
    }
}

#[divan::bench(sample_count = 10)]
fn walk_the_events(bencher: Bencher<'_, '_>) {
    let (evidence, _folder) = bundle(25_000);
    let bodies = bodies(&evidence);
    let size: usize = bodies.iter().map(Vec::len).sum();
    bencher
        .counter(BytesCount::new(size))
        .bench(|| bodies.iter().map(|body| walk(body)).sum::<u64>());
}

#[divan::bench(sample_count = 10)]
fn load_the_model(bencher: Bencher<'_, '_>) {
    let (evidence, folder) = bundle(25_000);
    let size: usize = bodies(&evidence).iter().map(Vec::len).sum();
    bencher
        .counter(BytesCount::new(size))
        .bench(|| evidence::load(&evidence, Some(folder.path()), THREADS).unwrap());
}

/// Both once, one body in memory at a time, so that the peak is that of the load.
fn once(detections: u64) {
    let (evidence, folder) = bundle(detections);
    // Writing `5` starts the count of the peak anew.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let (cpu, clock) = (cpu_seconds(), Instant::now());
    let (model, ..) = evidence::load(&evidence, Some(folder.path()), THREADS).unwrap();
    let (load, wall) = (cpu_seconds() - cpu, clock.elapsed());
    let peak = peak_megabytes();
    let count = "SELECT count(*) FROM detection";
    let rows: u64 = model.connection().query_row(count, (), |row| row.get(0)).unwrap();
    assert_eq!(rows, detections / ON_HOST * ON_HOST);

    let (mut in_memory, mut check, mut events, mut bytes) = (0.0, 0.0, 0, 0);
    let mut frames = Vec::new();
    for_each_body(&evidence, |body| {
        let cpu = cpu_seconds();
        events += walk(body);
        let walked = cpu_seconds();
        in_memory += walked - cpu;
        let ends = [body.len() as u64];
        let mut hash = BodyHash::new(&[7; 32], &ends);
        hash.update(body);
        black_box(hash.finish());
        check += cpu_seconds() - walked;
        bytes += body.len();
        frames.push((zstd::bulk::compress(body, 3).unwrap(), body.len()));
    });
    // The bodies as they lie in a bundle: a walk over them has to decode them first.
    let cpu = cpu_seconds();
    let mut body = Vec::new();
    for (frame, length) in &frames {
        body::decode(frame, *length as u64, &mut body).unwrap();
        walk(&body);
    }
    let stored = cpu_seconds() - cpu;
    println!("{rows} detections, {} MB, {events} events", bytes >> 20);
    println!("walk over stored bodies:    {stored:.2} s CPU");
    println!("walk over bodies in memory: {in_memory:.2} s CPU");
    println!("load: {load:.2} s CPU, {:.2} s, peak {peak} MB", wall.as_secs_f64());
    println!("ratio: {:.2} (in memory {:.2})", load / stored, load / in_memory);
    let alone = load - check;
    println!("check 13 takes {check:.2} s of the load; the rest is {alone:.2} s");
    println!("ratio of the rest: {:.2} (in memory {:.2})", alone / stored, alone / in_memory);
}

fn walk(body: &[u8]) -> u64 {
    let mut reader = Reader::from_str(std::str::from_utf8(body).unwrap());
    let mut events = 0;
    while !matches!(reader.read_event().unwrap(), Event::Eof) {
        events += 1;
    }
    events
}

fn for_each_body(evidence: &Evidence, mut each: impl FnMut(&[u8])) {
    let mut ids = Vec::new();
    let collect = |_, record| {
        if let Record::Exchange(Exchange { body: Some(body), .. }) = record {
            ids.push(body.id);
        }
        Ok::<(), bundle::Error>(())
    };
    evidence.records(collect).unwrap();
    let mut reader = evidence.reader().unwrap();
    let mut body = Vec::new();
    for id in ids {
        reader.read(id, &mut body).unwrap();
        each(&body);
    }
}

fn bodies(evidence: &Evidence) -> Vec<Vec<u8>> {
    let mut bodies = Vec::new();
    for_each_body(evidence, |body| bodies.push(body.to_vec()));
    bodies
}

/// User and system time of this process; the kernel counts in hundredths.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace();
    let ticks: u32 = fields.skip(11).take(2).map(|ticks| ticks.parse::<u32>().unwrap()).sum();
    f64::from(ticks) / 100.0
}

fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() >> 10
}

/// A sealed, unsigned bundle with this many detections and their hosts, opened.
fn bundle(detections: u64) -> (Evidence, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let time = |second: u64| {
        format!("2026-03-28T{:02}:{:02}:{:02}.000Z", second / 3600, second / 60 % 60, second % 60)
    };
    let start = RunStart {
        time: time(0),
        tool: Tool { name: "collect".to_owned(), version: "0".to_owned(), ..Tool::default() },
        platform: "us1".to_owned(),
        login: "example_ab1".to_owned(),
        redaction_profile: "standard/1".to_owned(),
        plan: vec!["vm/detections".to_owned()],
        ..RunStart::default()
    };
    let mut partial = Partial::create(&folder.path().join("load.qsi"), start).unwrap();
    let hosts = detections / ON_HOST;
    let pages = hosts.div_ceil(ON_PAGE);
    let mut random = Random(7);
    let mut prev = None;
    for page in 1..=pages {
        let first = (page - 1) * ON_PAGE;
        let bytes = answer(first..hosts.min(first + ON_PAGE), page == pages, &mut random);
        let (segment_rule, segment_ends) = records::segments(&bytes, Family::FoXml, "HOST");
        let body = NewBody { media: "xml".to_owned(), bytes, segment_rule, segment_ends };
        let exchange = Exchange {
            time: time(page),
            mono_ms: page * 1000,
            endpoint: "vm/detections".to_owned(),
            attempt: 1,
            page,
            prev,
            method: "GET".to_owned(),
            version: "5.0".to_owned(),
            status: Some(200),
            outcome: Outcome::Ok,
            ..Exchange::default()
        };
        prev = Some(partial.commit(exchange, Some(body)).unwrap());
    }
    let outcome = EndpointOutcome {
        endpoint: "vm/detections".to_owned(),
        state: EndpointState::Present,
        pages,
        records: hosts,
        reason: None,
    };
    let last = time(pages + 1);
    let mono_ms = (pages + 1) * 1000;
    let end = RunEnd { time: last, mono_ms, outcomes: vec![outcome], ..RunEnd::default() };
    let seal = Seal { key: None, sealed_at: time(pages + 2), relation: Relation::First };
    let sealed = partial.seal(end, seal).unwrap();
    let policy = Policy { allow_unsigned: true, ..Policy::default() };
    let opened = verify::open(&sealed.path, &policy, Some(folder.path())).unwrap();
    (opened.evidence.unwrap(), folder)
}

/// Xorshift: the same answers every time, without a crate.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn time(&mut self) -> String {
        let (month, day) = (self.below(12) + 1, self.below(28) + 1);
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// One page of the detection list, indented as the service prints it, with results of several
/// lines; about 1,250 bytes a detection.
fn answer(hosts: std::ops::Range<u64>, last: bool, random: &mut Random) -> Vec<u8> {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<!DOCTYPE HOST_LIST_VM_DETECTION_OUTPUT SYSTEM \"https://api.example.test/output.dtd\">\n<HOST_LIST_VM_DETECTION_OUTPUT>\n  <RESPONSE>\n    <DATETIME>2026-03-28T02:10:00Z</DATETIME>\n    <HOST_LIST>\n",
    );
    let next = hosts.end;
    for host in hosts {
        let scanned = random.time();
        let os =
            random.pick(&["Ubuntu Linux 22.04", "Windows Server 2022", "AIX 7.2", "Cisco IOS 15"]);
        let (b, c, d) = (host >> 16 & 255, host >> 8 & 255, host & 255);
        let id = 20_000_000 + host * 3;
        let asset = id + 70_000_000;
        write!(xml, "      <HOST>\n        <ID>{id}</ID>\n        <ASSET_ID>{asset}</ASSET_ID>\n        <IP>10.{b}.{c}.{d}</IP>\n        <TRACKING_METHOD>IP</TRACKING_METHOD>\n        <NETWORK_ID>0</NETWORK_ID>\n        <OS><![CDATA[{os}]]></OS>\n        <DNS><![CDATA[h{host}.corp.example.test]]></DNS>\n        <DNS_DATA>\n          <HOSTNAME><![CDATA[h{host}]]></HOSTNAME>\n          <DOMAIN><![CDATA[corp.example.test]]></DOMAIN>\n          <FQDN />\n        </DNS_DATA>\n        <LAST_SCAN_DATETIME>{scanned}</LAST_SCAN_DATETIME>\n        <LAST_VM_SCANNED_DATE>{scanned}</LAST_VM_SCANNED_DATE>\n        <LAST_VM_SCANNED_DURATION>311</LAST_VM_SCANNED_DURATION>\n        <TAGS>\n          <TAG>\n            <TAG_ID>71</TAG_ID>\n            <NAME><![CDATA[Zürich & more]]></NAME>\n          </TAG>\n        </TAGS>\n        <DETECTION_LIST>\n").unwrap();
        for n in 0..ON_HOST {
            detection(&mut xml, host * ON_HOST + n, &scanned, random);
        }
        xml.push_str("        </DETECTION_LIST>\n      </HOST>\n");
    }
    xml.push_str("    </HOST_LIST>\n");
    if !last {
        write!(xml, "    <WARNING>\n      <CODE>1980</CODE>\n      <TEXT>1000 record limit exceeded.</TEXT>\n      <URL><![CDATA[https://api.example.test/api/5.0/fo/asset/host/vm/detection/?action=list&id_min={next}]]></URL>\n    </WARNING>\n").unwrap();
    }
    xml.push_str("  </RESPONSE>\n</HOST_LIST_VM_DETECTION_OUTPUT>\n");
    xml.into_bytes()
}

fn detection(xml: &mut String, number: u64, scanned: &str, random: &mut Random) {
    let (qid, severity) = (10_000 + random.below(4000), random.below(5) + 1);
    let status = random.pick(&["New", "Active", "Active", "Re-Opened", "Fixed"]);
    let kind = random.pick(&["Confirmed", "Confirmed", "Potential", "Info"]);
    let found = random.time();
    write!(xml, "          <DETECTION>\n            <UNIQUE_VULN_ID>{}</UNIQUE_VULN_ID>\n            <QID>{qid}</QID>\n            <TYPE>{kind}</TYPE>\n            <SEVERITY>{severity}</SEVERITY>\n", 3_000_000_000 + number).unwrap();
    if random.below(3) == 0 {
        xml.push_str("            <PORT>443</PORT>\n            <PROTOCOL>tcp</PROTOCOL>\n");
    }
    xml.push_str("            <SSL>0</SSL>\n            <RESULTS><![CDATA[Package\tInstalled Version\tRequired Version");
    for _ in 0..random.below(8) {
        let package = random.pick(&["kernel", "openssl-libs", "glibc", "bind-libs", "sudo"]);
        let (old, new) = (random.below(400), 400 + random.below(400));
        write!(xml, "\n{package}\t4.18.0-{old}.1.el8.x86_64\t4.18.0-{new}.2.el8 & \"later\"")
            .unwrap();
    }
    write!(xml, "]]></RESULTS>\n            <STATUS>{status}</STATUS>\n            <FIRST_FOUND_DATETIME>{found}</FIRST_FOUND_DATETIME>\n            <LAST_FOUND_DATETIME>{scanned}</LAST_FOUND_DATETIME>\n            <QDS severity=\"HIGH\">{}</QDS>\n", severity * 18).unwrap();
    if random.below(7) == 0 {
        xml.push_str("            <QDS_FACTORS>\n              <QDS_FACTOR name=\"CVSS\"><![CDATA[7.7]]></QDS_FACTOR>\n              <QDS_FACTOR name=\"CVSS_version\"><![CDATA[v3.x]]></QDS_FACTOR>\n            </QDS_FACTORS>\n");
    }
    write!(xml, "            <TIMES_FOUND>{}</TIMES_FOUND>\n            <LAST_TEST_DATETIME>{scanned}</LAST_TEST_DATETIME>\n            <LAST_UPDATE_DATETIME>{scanned}</LAST_UPDATE_DATETIME>\n            <IS_IGNORED>0</IS_IGNORED>\n            <IS_DISABLED>0</IS_DISABLED>\n            <LAST_PROCESSED_DATETIME>{scanned}</LAST_PROCESSED_DATETIME>\n          </DETECTION>\n", random.below(400)).unwrap();
}
