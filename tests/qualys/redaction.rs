//! What never enters a bundle, and that nothing else changes.

use super::*;
use qualys_sec_inspector::catalogue::{Family, Redaction};
use qualys_sec_inspector::qualys::redact;

fn without(body: &[u8], secrets: &[&str]) -> Vec<u8> {
    let mut text = String::from_utf8(body.to_vec()).unwrap();
    for secret in secrets {
        assert!(text.contains(secret), "{secret}");
        text = text.replace(secret, "[redacted]");
    }
    text.into_bytes()
}

#[test]
fn redaction_takes_the_value_and_leaves_every_other_byte() {
    let hosts = redact::apply(HOSTS.to_vec(), Family::FoXml, endpoint("vm/hosts").redact, &[]);
    let expected = without(HOSTS, &["ask Pat", "floor", "three &amp; four"]);
    assert_eq!(String::from_utf8(hosts.bytes), String::from_utf8(expected));
    let log: Vec<_> =
        hosts.log.iter().map(|r| (r.path.as_str(), r.rule.as_str(), r.count)).collect();
    assert_eq!(
        log,
        [("HOST/COMMENTS", "host-comment", 1), ("HOST/USER_DEF/*", "host-user-defined", 2)]
    );

    let users = redact::apply(USERS.to_vec(), Family::MspXml, endpoint("vm/users").redact, &[]);
    assert_eq!(users.bytes, without(USERS, &["555-0100", "1 Test Way", "Testland"]));

    let rules = [Redaction { rule: "detail", path: "Details" }];
    let csv = redact::apply(PLAIN.to_vec(), Family::FoCsv, &rules, &[]);
    let expected = String::from_utf8(PLAIN.to_vec()).unwrap();
    let expected = expected.replace("\"x\"", "\"[redacted]\"").replace("\"y\"", "\"[redacted]\"");
    assert_eq!(String::from_utf8(csv.bytes).unwrap(), expected);
}

#[test]
fn redaction_covers_children_comments_and_mixed_text() {
    let rules = [Redaction { rule: "secret", path: "*PASSWORD*" }];
    for (inside, expected) in [
        (
            "<MY_PASSWORD_X> a<!-- c -->b </MY_PASSWORD_X>",
            "<MY_PASSWORD_X> [redacted] </MY_PASSWORD_X>",
        ),
        (
            "<password><![CDATA[\n p \n]]></password>",
            "<password><![CDATA[\n [redacted] \n]]></password>",
        ),
        (
            "<PASSWORD><A>1</A><B/></PASSWORD><C>2</C>",
            "<PASSWORD><A>[redacted]</A><B/></PASSWORD><C>2</C>",
        ),
        ("<PASSWORD/>", "<PASSWORD/>"),
        ("<PASSWORD>x<![CDATA[y]]></PASSWORD>", "<PASSWORD>[redacted]</PASSWORD>"),
    ] {
        let body = format!("<R>{inside}</R>").into_bytes();
        let redacted = redact::apply(body, Family::FoXml, &rules, &[]);
        assert_eq!(String::from_utf8(redacted.bytes).unwrap(), format!("<R>{expected}</R>"));
    }
}

#[test]
fn nothing_unparsed_is_kept_where_there_are_secrets_to_take() {
    let rules = [Redaction { rule: "secret", path: "PASSWORD" }];
    for (body, expected) in [
        ("<R><PASSWORD>hun", "<R><PASSWORD>[redacted]"),
        ("<R><PASSWORD><![CDATA[hun", "<R><PASSWORD>[redacted]"),
        ("<R><X></Y><PASSWORD>hunter2</PASSWORD></R>", "<R><X>[redacted]"),
    ] {
        let redacted = redact::apply(body.into(), Family::FoXml, &rules, &[]);
        assert_eq!(String::from_utf8(redacted.bytes).unwrap(), expected);
    }
    let page = redact::apply(MAINTENANCE.to_vec(), Family::FoXml, &rules, &[]);
    assert_eq!(page.bytes, MAINTENANCE);
}

#[test]
fn a_live_credential_goes_wherever_it_stands() {
    let secret = "s3cret&long";
    let body = format!("<R>{secret} s3cret&amp;long s3cret%26long</R>").into_bytes();
    let redacted = redact::apply(body, Family::FoXml, &[], &[secret, "short"]);
    assert_eq!(redacted.bytes, b"<R>[redacted] [redacted] [redacted]</R>");
    assert_eq!((redacted.log[0].rule.as_str(), redacted.log[0].count), ("live-credential", 3));
    assert_eq!(redact::scrub(&format!("v={secret}"), &[secret]), ("v=[redacted]".to_owned(), 1));
}
