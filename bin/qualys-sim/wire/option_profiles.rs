//! `subscription/option_profile/{vm,pc}/`: how scans are set up. The root is the list itself: there
//! is neither RESPONSE nor DATETIME around it.

use sha2::{Digest as _, Sha256};

use super::call::Call;
use super::params::{Kind, Parameter, p};
use super::refusal::Refusal;
use super::reply::Reply;
use super::xml::{Xml, date};
use crate::tenant::model_scanning::{DetectionScope, OptionProfile, ProfileFamily};

pub(crate) const PARAMETERS: &[Parameter] = &[p("id", Kind::Ids), p("title", Kind::Text)];

pub(crate) fn vm(call: &Call) -> Result<Reply, Refusal> {
    list(call, ProfileFamily::Vm)
}

pub(crate) fn pc(call: &Call) -> Result<Reply, Refusal> {
    list(call, ProfileFamily::Pc)
}

fn list(call: &Call, family: ProfileFamily) -> Result<Reply, Refusal> {
    let ids = call.params.ids("id");
    let title = call.params.get("title");
    let mut xml = Xml::declared();
    let dtd = "fo/subscription/option_profile/option_profile_info.dtd";
    xml.doctype("OPTION_PROFILES", &format!("api/{}/{dtd}", call.version_text()));
    xml.open("OPTION_PROFILES");
    let profiles = call.tenant.programme.option_profiles.iter();
    let admits = |profile: &&OptionProfile| {
        profile.family == family
            && ids.as_ref().is_none_or(|ids| ids.contains(profile.id))
            && title.is_none_or(|title| profile.title == title)
            // A reader does not see what belongs to others alone.
            && (profile.is_global || !call.restricted())
    };
    for profile in profiles.filter(admits) {
        record(&mut xml, profile);
    }
    xml.close("OPTION_PROFILES");
    Ok(Reply::bytes(200, "application/xml", xml.finish()))
}

/// `sha256:…` of a profile as the list shows it, without the white space between its elements.
pub(crate) fn fingerprint(profile: &OptionProfile) -> String {
    let mut xml = Xml::bare();
    record(&mut xml, profile);
    let mut tight = String::new();
    for piece in String::from_utf8_lossy(&xml.finish()).split('>') {
        if piece.trim_start().starts_with('<') {
            tight.push_str(piece.trim_start());
        } else {
            tight.push_str(piece);
        }
        tight.push('>');
    }
    let tight = tight.trim_end_matches(|last: char| last == '>' || last.is_whitespace());
    let digest = Sha256::new().chain_update(tight).chain_update(">").finalize();
    digest.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// Flags are digits in most answers and words in some.
fn flag(xml: &mut Xml, name: &str, value: bool, words: bool) {
    match (words, value) {
        (false, _) => xml.flag(name, value),
        (true, true) => xml.text(name, "Yes"),
        (true, false) => xml.text(name, "No"),
    }
}

fn record(xml: &mut Xml, profile: &OptionProfile) {
    let words = profile.id.is_multiple_of(5);
    xml.open("OPTION_PROFILE");
    xml.open("BASIC_INFO");
    xml.number("ID", profile.id);
    xml.cdata("GROUP_NAME", &profile.title);
    xml.text("GROUP_TYPE", &profile.group_type);
    xml.cdata("USER_ID", &profile.owner);
    xml.text("UNIT_ID", "0");
    xml.text("SUBSCRIPTION_ID", "4400");
    flag(xml, "IS_DEFAULT", profile.is_default, words);
    flag(xml, "IS_GLOBAL", profile.is_global, words);
    flag(xml, "IS_OFFLINE_SYNCABLE", false, words);
    xml.text("UPDATE_DATE", &date(profile.updated));
    xml.close("BASIC_INFO");
    xml.open("SCAN");
    match profile.family {
        ProfileFamily::Vm => vulnerabilities(xml, profile),
        ProfileFamily::Pc => compliance(xml, profile),
    }
    xml.close("SCAN");
    if profile.family == ProfileFamily::Vm {
        additional(xml);
    }
    xml.close("OPTION_PROFILE");
}

fn vulnerabilities(xml: &mut Xml, profile: &OptionProfile) {
    ports(xml, profile);
    xml.flag("SCAN_DEAD_HOSTS", false);
    if let Some(scans) = profile.close_after_scans {
        xml.open("CLOSE_VULNERABILITIES");
        xml.flag("HAS_CLOSE_VULNERABILITIES", true);
        xml.number("HOST_NOT_FOUND_ALIVE", scans);
        xml.close("CLOSE_VULNERABILITIES");
    }
    performance(xml, profile);
    xml.flag("LOAD_BALANCER_DETECTION", false);
    brute_force(xml, profile);
    detection(xml, profile);
    xml.cdata("AUTHENTICATION", &profile.authentication.join(","));
    xml.flag("ADDL_CERT_DETECTION", true);
    dissolvable(xml);
    xml.flag("LITE_OS_SCAN", false);
    if profile.id.is_multiple_of(2) {
        xml.open("CUSTOM_HTTP_HEADER");
        xml.text("VALUE", &format!("planted-secret-header-{}", profile.id));
        xml.text("DEFINITION_KEY", "X-Scan-Token");
        xml.text("DEFINITION_VALUE", &format!("planted-secret-token-{}", profile.id));
        xml.close("CUSTOM_HTTP_HEADER");
    }
    if profile.test_authentication {
        xml.flag("TEST_AUTHENTICATION", true);
    }
}

fn ports(xml: &mut Xml, profile: &OptionProfile) {
    xml.open("PORTS");
    xml.open("TCP_PORTS");
    xml.text("TCP_PORTS_TYPE", &profile.tcp_ports);
    if let Some(ports) = &profile.tcp_additional {
        xml.open("TCP_PORTS_ADDITIONAL");
        xml.flag("HAS_ADDITIONAL", true);
        xml.text("ADDITIONAL_PORTS", ports);
        xml.close("TCP_PORTS_ADDITIONAL");
    }
    xml.flag("THREE_WAY_HANDSHAKE", false);
    xml.close("TCP_PORTS");
    xml.open("UDP_PORTS");
    xml.text("UDP_PORTS_TYPE", &profile.udp_ports);
    xml.close("UDP_PORTS");
    xml.flag("AUTHORITATIVE_OPTION", profile.authoritative);
    xml.close("PORTS");
}

fn performance(xml: &mut Xml, profile: &OptionProfile) {
    xml.open("PERFORMANCE");
    xml.flag("PARALLEL_SCALING", true);
    xml.text("OVERALL_PERFORMANCE", &profile.performance);
    xml.open("HOSTS_TO_SCAN");
    xml.text("EXTERNAL_SCANNERS", "15");
    xml.text("SCANNER_APPLIANCES", "30");
    xml.close("HOSTS_TO_SCAN");
    xml.open("PROCESSES_TO_RUN");
    xml.text("TOTAL_PROCESSES", "10");
    xml.text("HTTP_PROCESSES", "10");
    xml.close("PROCESSES_TO_RUN");
    xml.text("PACKET_DELAY", &profile.packet_delay);
    xml.text("PORT_SCANNING_AND_HOST_DISCOVERY", &profile.discovery_intensity);
    xml.close("PERFORMANCE");
}

/// The lists hold logins with their passwords in clear.
fn brute_force(xml: &mut Xml, profile: &OptionProfile) {
    if profile.brute_force.eq_ignore_ascii_case("none") || profile.brute_force.is_empty() {
        return;
    }
    xml.open("PASSWORD_BRUTE_FORCING");
    xml.open("SYSTEM");
    xml.flag("HAS_SYSTEM", true);
    xml.text("SYSTEM_LEVEL", &profile.brute_force);
    xml.close("SYSTEM");
    xml.open("CUSTOM_LIST");
    for (number, kind) in (1..).zip(["FTP", "SSH"]) {
        xml.open("CUSTOM");
        xml.number("ID", profile.id * 10 + number);
        xml.cdata("TITLE", &format!("{kind} logins"));
        xml.text("TYPE", kind);
        let pair = format!("L:operator,P:planted-secret-login-{}-{number}", profile.id);
        xml.cdata("LOGIN_PASSWORD", &pair);
        xml.close("CUSTOM");
    }
    xml.close("CUSTOM_LIST");
    xml.close("PASSWORD_BRUTE_FORCING");
}

fn detection(xml: &mut Xml, profile: &OptionProfile) {
    xml.open("VULNERABILITY_DETECTION");
    match &profile.detection {
        DetectionScope::Complete => xml.cdata("COMPLETE", "complete"),
        DetectionScope::Custom(lists) => custom_list(xml, lists),
        DetectionScope::Runtime => xml.cdata("RUNTIME", "runtime"),
    }
    xml.open("DETECTION_INCLUDE");
    xml.flag("BASIC_HOST_INFO_CHECKS", true);
    xml.flag("OVAL_CHECKS", false);
    xml.close("DETECTION_INCLUDE");
    if !profile.excluded_lists.is_empty() {
        xml.open("DETECTION_EXCLUDE");
        custom_list(xml, &profile.excluded_lists);
        xml.close("DETECTION_EXCLUDE");
    }
    xml.close("VULNERABILITY_DETECTION");
}

fn custom_list(xml: &mut Xml, lists: &[(u64, String)]) {
    xml.open("CUSTOM_LIST");
    for (id, title) in lists {
        xml.open("CUSTOM");
        xml.number("ID", id);
        xml.cdata("TITLE", title);
        xml.close("CUSTOM");
    }
    xml.close("CUSTOM_LIST");
}

fn dissolvable(xml: &mut Xml) {
    xml.open("DISSOLVABLE_AGENT");
    xml.flag("DISSOLVABLE_AGENT_ENABLE", false);
    xml.flag("WINDOWS_SHARE_ENUMERATION_ENABLE", false);
    xml.close("DISSOLVABLE_AGENT");
}

fn compliance(xml: &mut Xml, profile: &OptionProfile) {
    performance(xml, profile);
    dissolvable(xml);
    xml.open("SCAN_RESTRICTION");
    xml.text("SCAN_BY_POLICY", "0");
    xml.close("SCAN_RESTRICTION");
    xml.open("CONTROL_TYPES");
    xml.flag("FIM_CONTROLS_ENABLED", true);
    xml.flag("CUSTOM_WMI_QUERY_CHECKS", false);
    xml.close("CONTROL_TYPES");
    if let Some(auto) = profile.auto_update_expected {
        xml.open("FILE_INTEGRITY_MONITORING");
        xml.flag("AUTO_UPDATE_EXPECTED_VALUE", auto);
        xml.close("FILE_INTEGRITY_MONITORING");
    }
}

fn additional(xml: &mut Xml) {
    xml.open("ADDITIONAL");
    xml.open("HOST_DISCOVERY");
    xml.open("TCP_PORTS");
    xml.flag("STANDARD_SCAN", true);
    xml.close("TCP_PORTS");
    xml.flag("ICMP", true);
    xml.close("HOST_DISCOVERY");
    xml.close("ADDITIONAL");
}
