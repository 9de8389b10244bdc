//! Tells the family of an operating system from the text that a scanner or an agent gives.

/// Lower-case fragments and the family they mean; the first that occurs decides, so the
/// particular stands before the general (`VMware ESXi` before a guest's `Linux`).
const FAMILIES: [(&str, &str); 48] = [
    ("vmware esx", "vmware"),
    ("esxi", "vmware"),
    ("vmware vcenter", "vmware"),
    ("vmware photon", "linux"),
    ("cisco", "network"),
    ("juniper", "network"),
    ("junos", "network"),
    ("fortios", "network"),
    ("fortinet", "network"),
    ("fortigate", "network"),
    ("palo alto", "network"),
    ("pan-os", "network"),
    ("arista", "network"),
    ("checkpoint", "network"),
    ("check point", "network"),
    ("f5 ", "network"),
    ("big-ip", "network"),
    ("aruba", "network"),
    ("mikrotik", "network"),
    ("routeros", "network"),
    ("brocade", "network"),
    ("netscaler", "network"),
    ("sonicwall", "network"),
    ("printer", "printer"),
    ("jetdirect", "printer"),
    ("laserjet", "printer"),
    ("lexmark", "printer"),
    ("xerox", "printer"),
    ("windows", "windows"),
    ("macos", "macos"),
    ("mac os", "macos"),
    ("os x", "macos"),
    ("aix", "aix"),
    ("solaris", "solaris"),
    ("sunos", "solaris"),
    ("linux", "linux"),
    ("red hat", "linux"),
    ("ubuntu", "linux"),
    ("debian", "linux"),
    ("centos", "linux"),
    ("suse", "linux"),
    ("fedora", "linux"),
    ("amazon linux", "linux"),
    ("rhel", "linux"),
    ("hp-ux", "unix"),
    ("freebsd", "unix"),
    ("openbsd", "unix"),
    ("unix", "unix"),
];

/// `windows linux macos aix solaris unix network vmware printer`, or `None` where the text is not
/// recognised. A text that offers a choice (`Linux 2.4-2.6 / Embedded Device / F5`) is a guess of
/// the scanner and is taken at its first word.
pub(super) fn family(text: &str) -> Option<&'static str> {
    let first_choice = text.split(" / ").next().unwrap_or(text).to_ascii_lowercase();
    FAMILIES.iter().find(|(part, _)| first_choice.contains(part)).map(|&(_, family)| family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_told_apart() {
        for (text, expected) in [
            ("Windows Server 2022 Datacenter 64 bit Edition Version 21H2", Some("windows")),
            ("Red Hat Enterprise Linux 9.4", Some("linux")),
            ("Amazon Linux 2", Some("linux")),
            ("macOS 14.5", Some("macos")),
            ("Mac OS X 10.15", Some("macos")),
            ("AIX 7.2", Some("aix")),
            ("Solaris 11", Some("solaris")),
            ("HP-UX B.11.31", Some("unix")),
            ("Cisco IOS Version 15.2(7)E8", Some("network")),
            ("VMware ESXi 7.0.3 Build 23794027", Some("vmware")),
            ("HP LaserJet 4250 Printer", Some("printer")),
            ("Linux 2.4-2.6 / Embedded Device / F5 Networks Big-IP", Some("linux")),
            ("42", None),
            ("", None),
        ] {
            assert_eq!(family(text), expected, "{text}");
        }
    }
}
