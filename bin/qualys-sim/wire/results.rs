//! `RESULTS`: what a scanner or agent saw, as text in several lines.

use std::fmt::Write as _;

const PACKAGES: [&str; 12] = [
    "kernel",
    "kernel-core",
    "openssl-libs",
    "glibc",
    "curl",
    "httpd",
    "sudo",
    "libxml2",
    "python3-libs",
    "bind-libs",
    "systemd-udev",
    "expat",
];
const FILES: [&str; 6] = [
    r"%windir%\system32\ntoskrnl.exe",
    r"%windir%\system32\win32k.sys",
    r"%windir%\system32\drivers\http.sys",
    r"%windir%\system32\crypt32.dll",
    r"%ProgramFiles%\Example\Office\office.exe",
    r"%ProgramFiles%\Example\Runtime\runtime.dll",
];

/// A text of a few hundred bytes, the same for the same detection: a table with tabs for two of
/// three, else lines with quotes and comparison signs.
pub(crate) fn text(unique_vuln_id: u64, qid: u32) -> String {
    let mut state = unique_vuln_id.wrapping_mul(31).wrapping_add(u64::from(qid));
    let mut draw = |below: u64| {
        // The step of splitmix64: cheap, and well mixed for neighbouring ids.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 29)) % below
    };
    let mut text = String::with_capacity(512);
    let lines = 2 + draw(5);
    let table = draw(3) > 0;
    if table {
        text.push_str("Package\tInstalled Version\tRequired Version");
    } else {
        let update = 5_000_000 + draw(60_000);
        write!(text, "KB{update} is not installed").unwrap_or_default();
    }
    for _ in 0..lines {
        let (old, new, build) = (draw(400), 400 + draw(200), draw(90));
        if table {
            let package = pick(&PACKAGES, draw(PACKAGES.len() as u64));
            write!(
                text,
                "\n{package}\t5.14.0-{old}.{build}.1.el9_2.x86_64\t5.14.0-{new}.{build}.1.el9_4"
            )
            .unwrap_or_default();
        } else {
            let file = pick(&FILES, draw(FILES.len() as u64));
            write!(
                text,
                "\n{file} Version is 10.0.20348.{old}, fixed < 10.0.20348.{new} & \"unpatched\""
            )
            .unwrap_or_default();
        }
    }
    text
}

fn pick(words: &[&'static str], at: u64) -> &'static str {
    usize::try_from(at).ok().and_then(|at| words.get(at)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_text_depends_on_the_detection_alone() {
        assert_eq!(text(5_000_001, 377_118), text(5_000_001, 377_118));
        let texts: std::collections::BTreeSet<String> =
            (0..1000).map(|id| text(id, 377_118)).collect();
        assert!(texts.len() > 990);
        let bytes: usize = texts.iter().map(String::len).sum();
        assert!((200..500).contains(&(bytes / texts.len())), "{}", bytes / texts.len());
    }
}
