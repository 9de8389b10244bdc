//! The published JSON Schema of `report.json`, made from the types that the report is.

use std::fs;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::assess::Report;

const PAGE: &str = "docs/report.schema.json";

fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Report>().to_value();
    schema["$id"] = "report.schema.json".into();
    schema["title"] = "qualys-sec-inspector report, format version 1.0".into();
    schema["properties"]["format"]["const"] = "qsi-report".into();
    // A reader of one version reads every later one of the same major number.
    schema["properties"]["format_version"]["pattern"] = r"^1\.\d+$".into();
    schema
}

#[test]
fn the_published_schema_is_current() {
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::vars().any(|(name, _)| name == "UPDATE_DOCS") {
        fs::write(PAGE, &text).unwrap();
    }
    let written = fs::read_to_string(PAGE).unwrap_or_default().replace('\r', "");
    assert!(
        written == text,
        "{PAGE} is not current: UPDATE_DOCS=1 cargo test --lib report::schema"
    );
}

/// What scripts rely on is demanded, and what may come later is not forbidden.
#[test]
fn fields_are_required_and_more_may_come() {
    let schema = schema();
    let required = schema["required"].as_array().unwrap();
    for name in ["format", "bundle", "coverage", "controls", "findings", "waivers", "comparison"] {
        assert!(required.contains(&name.into()), "{name}");
    }
    assert!(!schema.to_string().contains("additionalProperties\":false"));
}
