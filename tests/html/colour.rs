//! The colours of the page against each other: WCAG 2 contrast in both themes.

use std::collections::BTreeMap;

use super::{between, page, synthetic};

/// `light-dark(#rrggbb,#rrggbb)` tokens of the page's style.
fn tokens(style: &str) -> BTreeMap<String, [f64; 2]> {
    let token =
        regex::Regex::new(r"--([a-z]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)").unwrap();
    token
        .captures_iter(style)
        .map(|found| (found[1].to_owned(), [luminance(&found[2]), luminance(&found[3])]))
        .collect()
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_and_graphics_stand_out_in_both_themes() {
    let page = page(&synthetic::report(1, synthetic::harmless));
    let styles = between(&page, "<style>", "</style>");
    let tokens = tokens(styles.first().unwrap());
    let texts = [
        "fg", "muted", "accent", "pass", "fail", "warn", "error", "unseen", "na", "critical",
        "high", "medium", "low", "info",
    ];
    for theme in [0, 1] {
        for ground in ["bg", "raised"] {
            for text in texts {
                let ratio = contrast(tokens[text][theme], tokens[ground][theme]);
                assert!(ratio >= 4.5, "{text} on {ground}, theme {theme}: {ratio:.2}");
            }
            let edge = contrast(tokens["edge"][theme], tokens[ground][theme]);
            assert!(edge >= 3.0, "edge on {ground}, theme {theme}: {edge:.2}");
        }
    }
}
