//! What release 8.10.1 added to detection lists, control lists and policy exports.

use super::*;
use qualys_sec_inspector::qualys::csv;

const XML: &[u8] = fixture!("detections_kernel.xml");
const CONTROLS: &[u8] = fixture!("controls.xml");
const EXPORT: &[u8] = fixture!("policy_export.xml");

#[test]
fn a_detection_says_whether_it_is_on_the_running_kernel() {
    let mut found = Vec::new();
    xml::read::<Infallible>(XML, "HOST", |host| {
        for detection in host.each("DETECTION_LIST/DETECTION") {
            let flag = detection.text("AFFECT_RUNNING_KERNEL").map(str::to_owned);
            found.push((detection.text("QID").unwrap().to_owned(), flag));
        }
        let results = host.text("DETECTION_LIST/DETECTION/RESULTS").unwrap();
        assert_eq!(results, "Package\tInstalled\tRequired\nkernel\t5.14.0-1\t5.14.0-9");
        Ok(())
    })
    .unwrap();
    let flag = |qid: &str, flag: Option<&str>| (qid.to_owned(), flag.map(str::to_owned));
    let expected = [flag("377001", Some("1")), flag("377003", Some("0")), flag("377002", None)];
    assert_eq!(found, expected);
}

#[test]
fn both_csv_forms_of_the_detection_list_are_read() {
    for (body, footer) in
        [(fixture!("detections_blocks.csv"), true), (fixture!("detections_no_metadata.csv"), false)]
    {
        let mut rows = Vec::new();
        let envelope = csv::read::<Infallible>(body, |row| {
            let start = usize::try_from(row.offset).unwrap();
            let raw = &body[start..start + usize::try_from(row.length).unwrap()];
            assert!(raw.starts_with(b"\"510"));
            assert!(raw.ends_with(b"\"3\",,\"1\"") || raw.ends_with(b"\"1\",,"));
            let text = |column: &str| row.value(column).map(str::to_owned);
            rows.push((text("QID"), text("Results"), text("Affect Running Kernel")));
            Ok(())
        });
        let envelope = envelope.unwrap();
        assert_eq!((envelope.records, envelope.footer), (2, footer));
        assert_eq!(envelope.warnings, []);
        assert_eq!(envelope.header.len(), 36);
        let results = "Package  Installed  Required\nkernel  5.14.0-1  5.14.0-9\nkernel-core  5.14.0-1, \"old\"  5.14.0-9";
        assert_eq!(rows[0], (Some("377001".into()), Some(results.into()), Some("1".into())));
        assert_eq!(rows[1], (Some("377002".into()), Some("no line break".into()), None));
    }
}

#[test]
fn a_control_says_whether_the_scan_gives_its_expected_value() {
    let mut found = Vec::new();
    xml::read::<Infallible>(CONTROLS, "CONTROL", |control| {
        for technology in control.each("TECHNOLOGY_LIST/TECHNOLOGY") {
            let value = technology.text("USE_SCAN_VALUE").map(str::to_owned);
            found.push((technology.text("ID").unwrap().to_owned(), value));
        }
        let path = "TECHNOLOGY_LIST/TECHNOLOGY/DATAPOINT/DEFAULT_VALUES/DEFAULT_VALUE";
        assert_eq!(control.text(path), Some("USE_SCAN_VALUE"));
        assert_eq!(control.text("COMMENT"), None);
        Ok(())
    })
    .unwrap();
    let value = |id: &str, value: Option<&str>| (id.to_owned(), value.map(str::to_owned));
    assert_eq!(found, [value("91", Some("1")), value("12", Some("0")), value("80", None)]);
    let technology = "SECTIONS/SECTION/CONTROLS/USER_DEFINED_CONTROL/TECHNOLOGIES/TECHNOLOGY";
    let path = format!("{technology}/USE_SCAN_VALUE");
    assert_eq!(texts(EXPORT, "POLICY", &path).0, [Some("1".to_owned())]);
    let operator = format!("{technology}/EVALUATE/CTRL/DP/OP");
    assert_eq!(texts(EXPORT, "POLICY", &operator).0, [Some("re".to_owned())]);
    assert_eq!(facts(EXPORT, endpoint("pc/policy-exports")).records, 1);
}
