//! Profiles: what they say, who wins, and where a mistake is found.

use std::fs;

use super::*;

fn load(text: &str) -> Result<Profile, ProfileError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, text).unwrap();
    Profile::load(Some(&file), None, &[])
}

#[test]
fn mistakes_are_named_with_their_line() {
    #[rustfmt::skip]
    let table: &[(&str, usize, &str)] = &[
        ("schema = 2", 1, "schema takes a whole number from 1 to 1, not 2"),
        ("\nshema = 1", 2, "unknown key `shema`; is `schema` meant?"),
        ("[slo]", 1, "is `sla` meant?"),
        ("[sla]\ncritcal = 10", 2, "unknown key `sla.critcal`; is `critical` meant?"),
        ("[sla]\nxyzzy = 10", 2, "unknown key `sla.xyzzy`"),
        ("[sla]\n\ncritical = 0", 3, "sla.critical takes a whole number from 1 to 36500, not 0"),
        ("[sla]\ncritical = \"15\"", 2, "not the text \"15\""),
        ("[sla]\ncritical = 1.5", 2, "not 1.5"),
        ("[sla]\nclock = \"now\"", 2, "takes one of first_found, last_reopened"),
        ("[sla]\ninclude_potential = 1", 2, "takes true or false, not 1"),
        ("[sla]\ntarget_pct = 101", 2, "from 0 to 100"),
        ("[c02]\nmin_ratio = 80", 2, "a share from 0 to 1"),
        ("[c02]\nmin_ratio = 0.12345678", 2, "at most six decimals"),
        ("[c07]\neligible_os = [\"beos\"]", 2, "not \"beos\""),
        ("[c07]\nmin_version = \"5.0\"", 2, "a table of platforms"),
        ("[c07.min_version]\nwindows = \"new\"", 1, "no version such as 5.0"),
        ("[c11]\neol_pattern = \"(\"", 2, "pattern"),
        ("[[tag.required]]\nframeworks = [\"PCI-DSS\"]", 1, "needs `name`"),
        ("[[tag.required]]\nname = \"a\"\n[[tag.required]]\nname = \"a\"", 1, "twice"),
        ("[[tag.required]]\nname = \"a\"\ncolor = \"red\"", 1, "no key `color`"),
        ("[[tag.exclusive]]\nnames = [\"a\"]", 1, "two tags or more"),
        ("[tag]\nexclusive = 1", 2, "[[tag.exclusive]]"),
        ("[tag]\nephemeral = \"\"", 2, "name of a tag"),
        ("[scope]\nignore_asset_groups = \"All\"", 2, "takes a list of texts"),
        ("scope = 1", 1, "`scope` is a table"),
        ("require_modules = [\"VMDR\"]", 1, "takes some of VM, PC"),
        ("require_modules = [\"VM\", \"GAV\"]", 1, "cannot name GAV: no check rests on"),
        ("baseline = 3", 1, "`baseline` is a text"),
        ("[c08]\nfail_qids = [0]", 2, "a whole number from 1"),
        ("[c08.type_map]\nbeos = [\"unix\"]", 1, "knows no family `beos`"),
        ("[c12]\nrun_factor = 0.5", 2, "a factor from 1 to 100"),
        ("[c12]\nrun_factor = 1.2345", 2, "at most three decimals"),
        ("[c14]\nasv = true", 2, "takes one of not_required, required"),
        ("[c16]\njunk_comments = \"(\"", 2, "pattern"),
        ("[[cloud.account]]\nprovider = \"aws\"", 1, "needs `id`"),
        ("[[cloud.account]]\nprovider = \"oci\"\nid = \"1\"", 1, "one of aws, azure, gcp"),
        ("[[cloud.account]]\nprovider = \"aws\"\nid = \"1\"\n[[cloud.account]]\nprovider = \"aws\"\nid = \"1\"", 1, "twice"),
        ("[[policy.required]]\napplies_to_os = \"windows\"", 1, "needs `match`"),
        ("[[policy.required]]\nmatch = \"a\"\napplies_to_os = \"beos\"", 1, "applies_to_os"),
        ("[[report.required]]\nmatch = \"(\"", 1, "pattern"),
        ("[report]\nrequired = 1", 2, "[[report.required]]"),
        ("[inputs]\nssvc = \"ssvc.csv\"", 2, "inputs.ssvc is not read"),
        ("[[segment]]\nid = \"dmz\"", 1, "a segment needs `type`"),
        ("[[segment]]\nid = \"dmz\"\ntype = \"wan\"", 3, "type takes one of dmz, internal"),
        ("[[segment]]\nid = \"dmz\"\ntype = \"dmz\"\ncidrs = [\"192.0.2.0/33\"]", 4, "not \"192.0.2.0/33\""),
        ("[[segment]]\nid = \"dmz\"\ntype = \"dmz\"\n[[segment]]\nid = \"dmz\"\ntype = \"ot\"", 4, "second segment"),
        ("[option_profiles.expect.lan]", 1, "no environment `lan`"),
        ("[option_profiles.expect.ot]\ntcp = \"all\"", 1, "tcp takes one of none"),
        ("[option_profiles.approved]\n\"a\" = \"sha256:12\"", 1, "64 hex digits"),
        ("[users]\nshared_patterns = [\"(\"]", 2, "pattern"),
        ("[users]\nallow = [{ login = \"a\", reason = \"r\", approver = \"b\" }]", 2, "needs `expires`"),
        ("[c19]\nallowed_cidrs = [\"192.0.2.1\"]", 2, "address blocks"),
        ("[inputs]\nkave = \"n.csv\"", 2, "is `kev` meant?"),
        ("[sla]\ncritical = 1\ncritical = 2", 3, "duplicate"),
        ("[sla\n", 1, ""),
        ("[scope]\ncannot_authenticate = [{ match = \"os:(\", reason = \"r\", approver = \"a\", expires = 2026-01-01 }]", 2, "pattern"),
        ("[scope]\ncannot_authenticate = [{ match = \"printer\", reason = \"r\", approver = \"a\", expires = 2026-01-01 }]", 2, "os:, name:, tag: or group:"),
        ("[scope]\ncannot_authenticate = [{ match = \"os:x\", reason = \"r\", approver = \"a\" }]", 2, "needs `expires`"),
        ("[scope]\ncannot_authenticate = [{ match = \"os:x{9999999}\", reason = \"r\", approver = \"a\", expires = 2026-01-01 }]", 2, "pattern"),
        ("waiver = 1", 1, "[[waiver]]"),
        ("[[waiver]]\nfinding = \"x\"\nexpires = 2026-01-01", 1, "needs `reason`"),
        ("\n[[waiver]]\nfinding = \"x\"\nreason = \"r\"", 2, "needs `expires`"),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"\"\nexpires = 2026-01-01", 1, "needs `reason`"),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-13-01", 4, ""),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = \"soon\"", 4, "2026-06-30"),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01T00:00:00Z", 4, "2026-06-30"),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01\nmax_severity = \"bad\"", 5, "no severity \"bad\""),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01\nuntil = 1", 5, "no key `until`"),
        ("[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01\n[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01", 5, "second waiver"),
    ];
    for (text, line, sentence) in table {
        let error = load(text).expect_err(text);
        let ProfileError::Line { line: found, message, .. } = &error else {
            panic!("{text}: {error}")
        };
        assert_eq!(found, line, "{text}: {message}");
        assert!(message.contains(sentence), "{text}: {message}");
    }
}

#[test]
fn a_baseline_that_does_not_exist_is_refused() {
    for (name, sentence) in [("cis", "fedramp-moderate"), ("fedramp-vdr", "impact")] {
        let error = load(&format!("baseline = \"{name}\"")).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(sentence), "{error}");
    }
}

#[test]
fn flag_beats_profile_beats_baseline_beats_default() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, "name = \"acme\"\nbaseline = \"pci\"\n[sla]\nhigh = 45\ncritical = 20")
        .unwrap();
    let flags = [("sla.critical", "7".to_owned())];
    let profile = Profile::load(Some(&file), None, &flags).unwrap();
    assert_eq!((profile.name.as_str(), profile.baseline), ("acme", "pci"));
    let origin = |key: &str| {
        let parameters = profile.parameters();
        let found = parameters.into_iter().find(|parameter| parameter.key == key).unwrap();
        (found.value.to_string(), found.origin)
    };
    assert_eq!(origin("sla.critical"), ("7".to_owned(), Origin::Flag));
    assert_eq!(origin("sla.high"), ("45".to_owned(), Origin::Profile));
    assert_eq!(origin("c01.max_interval_days"), ("90".to_owned(), Origin::Baseline));
    assert_eq!(origin("sla.medium"), ("90".to_owned(), Origin::Default));
    // The flag of a baseline replaces the file's, the file's values stay.
    let profile = Profile::load(Some(&file), Some("cisa-bod"), &flags).unwrap();
    assert_eq!((profile.baseline, profile.c01.max_interval_days), ("cisa-bod", 14));
    assert_eq!(profile.sla.high, 45);
}

#[test]
fn a_flag_outside_its_range_is_refused() {
    let error = Profile::load(None, None, &[("sla.high", "0".to_owned())]).unwrap_err();
    assert!(error.to_string().starts_with("sla.high: takes a whole number"), "{error}");
}

/// `controls.md` §1 and `decisions.md` 2d.
#[test]
fn baselines_say_what_their_publications_say() {
    let ratio = |millionths| Ratio::millionths(millionths);
    #[rustfmt::skip]
    let table = [
        ("seed",             15, 30, 90, None,      SeveritySource::Qualys, 30, ratio(800_000), false),
        ("fedramp-moderate", 30, 30, 90, Some(180), SeveritySource::Cvss3,  30, ratio(900_000), true),
        ("fedramp-high",     30, 30, 90, Some(180), SeveritySource::Cvss3,  30, ratio(900_000), true),
        ("pci",              30, 90, 90, None,      SeveritySource::Qualys, 90, ratio(1_000_000), false),
        ("cisa-bod",         15, 30, 90, None,      SeveritySource::Qualys, 14, ratio(950_000), false),
        ("acsc-e8",           2, 14, 30, None,      SeveritySource::Qualys, 14, ratio(800_000), false),
    ];
    assert_eq!(
        table.map(|row| row.0).as_slice(),
        BASELINES.iter().map(|one| one.name).collect::<Vec<_>>()
    );
    for (name, critical, high, medium, low, source, interval, min_ratio, exclusive) in table {
        let profile = Profile::load(None, Some(name), &[]).unwrap();
        let Sla { critical: c, high: h, medium: m, low: l, severity_source, kev_days, .. } =
            profile.sla;
        assert_eq!((c, h, m, l, severity_source), (critical, high, medium, low, source), "{name}");
        assert_eq!(kev_days, 14, "{name}");
        assert_eq!(profile.c01.max_interval_days, interval, "{name}");
        assert_eq!(profile.c02.min_ratio, min_ratio, "{name}");
        assert_eq!(profile.c02.min_ratio_exclusive, exclusive, "{name}");
        assert_eq!(profile.name, name);
    }
}

#[test]
fn the_hash_moves_with_what_judges_and_with_nothing_else() {
    let hash = |text: &str| load(text).unwrap().sha256(&Inputs::default());
    let plain = hash("");
    assert_eq!(plain.len(), 64);
    assert_eq!(plain, Profile::default().sha256(&Inputs::default()));
    assert_eq!(plain, hash("name = \"other\"\n[sla]\ncritical = 15"));
    let waiver = "[[waiver]]\nfinding = \"x\"\nreason = \"r\"\nexpires = 2026-01-01";
    for moved in
        ["[sla]\ncritical = 16", "require_modules = [\"PC\"]", "baseline = \"pci\"", waiver]
    {
        assert_ne!(plain, hash(moved), "{moved}");
    }
}

#[test]
fn waivers_and_exemptions_are_read() {
    let profile = load(
        "[scope]\ncannot_authenticate = [{ match = \"os:(?i)printer\", reason = \"no login\", \
         approver = \"ciso\", expires = 2026-06-30 }]\n\
         [[waiver]]\nfinding = \"C01-06:schedule:9\"\nreason = \"r\"\napprover = \"a\"\n\
         approved = 2026-01-10\nexpires = \"2026-06-30\"\nticket = \"CHG-1\"\nmax_severity = \"high\"",
    )
    .unwrap();
    let exemption = &profile.scope.cannot_authenticate[0];
    assert_eq!(exemption.field, HostField::Os);
    assert!(exemption.pattern.is_match("HP Printer"));
    // 2026-07-01T00:00:00Z: the last day counts whole.
    assert!(exemption.is_valid(1_782_863_999) && !exemption.is_valid(1_782_864_000));
    let waiver = &profile.waivers[0];
    assert!(!waiver.is_expired(1_782_863_999) && waiver.is_expired(1_782_864_000));
    assert_eq!(waiver.max_severity, Some(crate::finding::Severity::High));
    assert_eq!(waiver.approved.as_deref(), Some("2026-01-10"));
}

fn inputs(name: &str, text: &str) -> Result<Inputs, ProfileError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("profile.toml");
    fs::write(&file, format!("[inputs]\n{name} = \"in.csv\"")).unwrap();
    fs::write(folder.path().join("in.csv"), text).unwrap();
    Profile::load(Some(&file), None, &[]).unwrap().inputs()
}

#[test]
fn input_files_are_read_by_their_header() {
    let kev = inputs(
        "kev",
        "\u{feff}dueDate,notes,cveID\r\n2026-03-31,\"a, b\",cve-2026-0001\r\n,,CVE-2026-0002\r\n",
    );
    let kev = kev.unwrap();
    assert_eq!(kev.files[0].rows, 2);
    let entries = kev.kev.unwrap().entries;
    // 2026-04-01T00:00:00Z.
    assert_eq!(entries.get("CVE-2026-0001"), Some(&Some(1_775_001_600)));
    assert_eq!(entries.get("CVE-2026-0002"), Some(&None));

    let assets = inputs(
        "assets",
        "asset_id,ip,status,first_seen,extra\nA-1,192.0.2.7,Active,2026-03-31,x\nA-2,,,2026-03-31T01:00:00Z,\n",
    );
    let entries = assets.unwrap().assets.unwrap().entries;
    assert_eq!(entries[0].ip, Some(vec![192, 0, 2, 7]));
    assert_eq!(entries[0].status.as_deref(), Some("active"));
    assert_eq!(entries[1].ip, None);
    assert_eq!(entries[1].first_seen, Some(1_774_918_800));
}

#[test]
fn declarations_are_read_with_their_defaults() {
    let read = |name: &str, text: &str| inputs(name, text).unwrap();
    let networks = read(
        "networks",
        "network_id,cidr,env,monitored,expires,scope\n3,192.0.2.0/25,External,NO,2026-03-31,PCI-CDE\n\
         ,2001:db8::/64,,,,\n,198.51.100.0/24,,discovery-only,,\n",
    );
    let entries = networks.networks.unwrap().entries;
    assert_eq!((entries[0].network_id, entries[0].env.as_deref()), (3, Some("external")));
    assert_eq!((entries[0].monitored, entries[1].monitored), (Monitored::No, Monitored::Yes));
    assert_eq!((entries[1].network_id, entries[1].ends), (0, None));
    assert_eq!(entries[2].monitored, Monitored::DiscoveryOnly);
    // 2026-04-01T00:00:00Z.
    assert_eq!(entries[0].ends, Some(1_775_001_600));
    let accounts = read("cloud_accounts", "account_id,provider,monitored\n12,AWS,0\n13,gcp,\n");
    let entries = accounts.cloud_accounts.unwrap().entries;
    assert_eq!((entries[0].provider.as_str(), entries[0].monitored), ("aws", false));
    assert!(entries[1].monitored);
    let sites =
        read("webapps", "url,requires_auth\nHTTPS://www.example.com/a,Yes\nhttp://b.example,\n");
    let entries = sites.webapps.unwrap().entries;
    assert_eq!((entries[0].requires_auth, entries[1].requires_auth), (true, false));
    let recipients = read("recipients", "email,group\nA@Example.com,Owners\n");
    assert_eq!(recipients.recipients.unwrap().entries[0].email, "a@example.com");
}

#[test]
fn lists_that_are_written_out_replace_their_defaults() {
    let profile = load(
        "[c08.type_map]\nwindows = [\"windows\"]\n[c12]\nrun_factor = 2\n\
         [[cloud.account]]\nprovider = \"aws\"\nid = \"111122223333\"\nmonitored = false\n\
         [[policy.required]]\nmatch = \"(?i)^CIS\"\napplies_to_os = \"windows\"\n\
         [[report.required]]\nname = \"Monthly\"\nmatch = \"(?i)monthly\"\n[inputs]\nssvc = \"\"",
    )
    .unwrap();
    assert_eq!(profile.c08.type_map.of("windows"), ["windows"]);
    assert!(profile.c08.type_map.of("linux").is_empty());
    assert_eq!((profile.c12.run_factor.times(7), Factor::thousandths(1_500).times(3)), (14, 4));
    assert!(!profile.cloud.account[0].monitored);
    assert!(profile.policy.required[0].pattern.is_match("cis Windows Server"));
    assert_eq!(profile.report.required.len(), 1);
    let default = Profile::default();
    assert!(default.report.required[0].pattern.is_match("Weekly Vulnerability Report"));
    assert!(default.c16.junk_comments.unwrap().is_match(" n/a "));
    assert!(default.c08.fail_title_pattern.unwrap().is_match("Windows Authentication Failed"));
}

#[test]
fn faults_of_input_files_name_the_row() {
    #[rustfmt::skip]
    let table: &[(&str, &str, u64, &str)] = &[
        ("kev", "cve,dueDate\n", 1, "no column `cveID`"),
        ("kev", "cveID,dueDate\nCVE-2026-1,2026-02-30\n", 2, "not a day"),
        ("kev", "cveID\nCVE-2026-1\n\ncve-2026-1\n", 4, "twice"),
        ("kev", "cveID,dueDate\n,2026-02-20\n", 2, "`cveID` is empty"),
        ("assets", "asset_id,ip\nA,192.0.2.256\n", 2, "not an IPv4 address"),
        ("assets", "asset_id,ipv6\nA,\"2001:db8::1\"\nB,192.0.2.1\n", 3, "not an IPv6 address"),
        ("assets", "asset_id,hostname\nA,x\nA,y\n", 3, "twice"),
        ("assets", "asset_id,first_seen\nA,yesterday\n", 2, "RFC 3339"),
        ("networks", "name\nx\n", 1, "no column `cidr`"),
        ("networks", "cidr\n192.0.2.1/24\n", 2, "begins at 192.0.2.0/24"),
        ("networks", "cidr\n192.0.2.0\n", 2, "not an address block"),
        ("networks", "cidr,network_id\n192.0.2.0/24,\n192.0.2.0/24,0\n", 3, "twice for network 0"),
        ("networks", "cidr,monitored\n192.0.2.0/24,maybe\n", 2, "discovery-only"),
        ("networks", "cidr,expires\n192.0.2.0/24,soon\n", 2, "not a day"),
        ("cloud_accounts", "provider,account_id\noci,1\n", 2, "none of aws, azure, gcp"),
        ("cloud_accounts", "provider,account_id\naws,1\nAWS,1\n", 3, "twice"),
        ("cloud_accounts", "provider,account_id,monitored\naws,1,perhaps\n", 2, "neither yes nor no"),
        ("webapps", "url\nwww.example.com\n", 2, "not as https://"),
        ("webapps", "url\nhttps://\n", 2, "not as https://"),
        ("webapps", "url,requires_auth\nhttps://www.example.com,2\n", 2, "neither yes nor no"),
        ("recipients", "group,email\nOwners,nobody\n", 2, "no mail address"),
        ("recipients", "group,email\nOwners,a@example.com\nOwners,A@example.com\n", 3, "twice"),
    ];
    for (name, text, row, sentence) in table {
        let error = inputs(name, text).expect_err(text);
        let ProfileError::Row { line, message, .. } = &error else { panic!("{error}") };
        assert_eq!(line, row, "{text}: {message}");
        assert!(message.contains(sentence), "{text}: {message}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = Profile::load(Some(Path::new("no/such.toml")), None, &[]).unwrap_err();
    assert!(error.to_string().contains("no/such.toml"), "{error}");
}

#[test]
fn tags_versions_and_patterns_are_read() {
    let profile = load(
        "[c07.min_version]\nwindows = \"5.0\"\n[c11]\neol_pattern = \"(?i)end of life\"\n\
         [tag]\nephemeral = \"short\"\n[[tag.required]]\nname = \"PCI-CDE\"\n\
         frameworks = [\"PCI-DSS\"]\n[[tag.exclusive]]\nnames = [\"Prod\", \"Dev\"]",
    )
    .unwrap();
    assert_eq!(
        (profile.c07.min_version.of("WINDOWS"), profile.c07.min_version.of("Linux")),
        (Some("5.0"), None)
    );
    assert!(profile.c11.eol_pattern.is_match("Software at END OF LIFE"));
    assert_eq!(profile.tag.required[0].name, "PCI-CDE");
    assert_eq!(profile.tag.exclusive[0].names, ["Prod", "Dev"]);
    assert_eq!(profile.tag.ephemeral, Some(TagName("short".to_owned())));
    let default = Profile::default().c11.eol_pattern;
    assert!(default.is_match("EOL/Obsolete Software: a") && !default.is_match("An EOL/Obsolete b"));
}
