//! The colours of the page against each other: WCAG 2 contrast in both themes.

use std::collections::BTreeMap;

use super::{between, page, synthetic};

/// `light-dark(#rrggbb,#rrggbb)` tokens of the page's style.
fn tokens(style: &str) -> BTreeMap<String, [[f64; 3]; 2]> {
    let token =
        regex::Regex::new(r"--([a-z]+):light-dark\((#[0-9a-f]{6}),(#[0-9a-f]{6})\)").unwrap();
    token
        .captures_iter(style)
        .map(|found| (found[1].to_owned(), [channels(&found[2]), channels(&found[3])]))
        .collect()
}

/// Red, green and blue, 0 to 1.
fn channels(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |value: f64| {
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
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

/// Numbers stand on the cells of the age strip, which the style mixes from a class and the ground.
#[test]
fn numbers_stand_out_on_the_darkest_cells() {
    let page = page(&synthetic::report(1, synthetic::harmless));
    let styles = between(&page, "<style>", "</style>");
    let style = styles.first().unwrap();
    let mix = regex::Regex::new(
        r"rect\.l4\{fill:color-mix\(in srgb,var\(--hue\) ([0-9]+)%,var\(--bg\)\)",
    );
    let part: f64 = mix.unwrap().captures(style).unwrap()[1].parse().unwrap();
    let tokens = tokens(style);
    for theme in [0, 1] {
        for class in ["critical", "high", "medium", "low"] {
            let (hue, ground) = (tokens[class][theme], tokens["bg"][theme]);
            let mixed = [0, 1, 2].map(|at| (hue[at] * part + ground[at] * (100.0 - part)) / 100.0);
            let ratio = contrast(tokens["fg"][theme], mixed);
            assert!(ratio >= 4.5, "{class}, theme {theme}: {ratio:.2}");
        }
    }
}
