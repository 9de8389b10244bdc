//! What every page shares: its head with the policy, its style and script, and the foot on paper.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::escape;

const STYLE: &str = include_str!("../templates/html/page.css");
/// What any page does.
pub(super) const PAGE: &str = include_str!("../templates/html/page.js");
/// And what the report alone does.
pub(super) const REPORT: &str =
    concat!(include_str!("../templates/html/page.js"), include_str!("../templates/html/report.js"));

pub(super) struct Shell {
    pub title: String,
    /// Name and version of the program.
    pub generator: String,
    pub policy: String,
    pub style: &'static str,
    /// A style too: it names the evidence, so it differs from page to page.
    pub paper: String,
    pub script: &'static str,
    /// The last line of the page.
    pub foot: String,
}

impl Shell {
    /// `evidence` stands at the foot of each printed page, one line each.
    pub(super) fn new(
        title: String,
        generator: String,
        script: &'static str,
        evidence: &[String],
    ) -> Self {
        let paper = paper(evidence);
        Self {
            policy: policy(&[STYLE, &paper], script),
            style: STYLE,
            script,
            foot: format!("{generator} · {}", evidence.join(" · ")),
            title,
            generator,
            paper,
        }
    }
}

/// What the page may do: its own styles and its own script, by hash, and nothing from anywhere.
fn policy(styles: &[&str], script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let styles: Vec<String> = styles.iter().map(|style| hash(style)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(script),
        styles.join(" ")
    )
}

/// The foot of each printed page: which evidence it shows, and where in the print it stands.
fn paper(evidence: &[String]) -> String {
    let lines: Vec<String> = evidence.iter().map(|line| escape::css_string(line)).collect();
    format!(
        "@page{{@bottom-left{{content:{}}}\
         @bottom-right{{content:counter(page) \" / \" counter(pages)}}}}",
        lines.join(" \"\\a\" ")
    )
}
