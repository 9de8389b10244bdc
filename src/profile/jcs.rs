//! The JSON canonical form of RFC 8785, for values that are hashed.

use serde_json::Value;

use super::hex;

/// Numbers are integers or shares from 0 to 1 in millionths: for those Rust's shortest decimal
/// form is ECMAScript's.
pub(super) fn to_string(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => {
            let decimal = match number.as_f64() {
                Some(share) if number.is_f64() => share.to_string(),
                _ => number.to_string(),
            };
            text.push_str(&decimal);
        }
        Value::String(string) => quote(string, text),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (index, (name, value)) in members.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                quote(name, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
    }
}

fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            control if control < ' ' => {
                text.push_str("\\u00");
                text.push_str(&hex(&[control as u8]));
            }
            plain => text.push(plain),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_and_nothing_is_optional() {
        // U+1D306 sorts before U+FB33: in UTF-16 its first unit is a surrogate (RFC 8785, 3.2.3).
        let value = serde_json::json!({
            "\u{fb33}": 1, "\u{1d306}": 2, "b": [true, null, 0.8, 0.000_001, -3], "a": "\u{1}\"\\/\n",
        });
        assert_eq!(
            to_string(&value),
            "{\"a\":\"\\u0001\\\"\\\\/\\n\",\"b\":[true,null,0.8,0.000001,-3],\"\u{1d306}\":2,\"\u{fb33}\":1}"
        );
    }
}
