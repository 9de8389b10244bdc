//! Canonical JSON (RFC 8785) of values that hold strings and integers only.
use super::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Integers beyond this are not exact in every JSON reader (RFC 8785 §3.2.2.3).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// The canonical bytes. Keys are ASCII, so byte order is the UTF-16 order of RFC 8785, and string
/// escapes of `serde_json` are those of its §3.2.2.2.
pub fn to_bytes<T: Serialize>(value: &T, place: &str) -> Result<Vec<u8>, Error> {
    let refuse = |why: String| Error::Json { place: place.to_owned(), why };
    let mut value = serde_json::to_value(value).map_err(|error| refuse(error.to_string()))?;
    check(&value).map_err(|why| refuse(why.to_owned()))?;
    value.sort_all_objects();
    serde_json::to_vec(&value).map_err(|error| refuse(error.to_string()))
}

/// Reads `bytes` and refuses them where they are not the canonical form of what was read: unknown
/// or duplicate keys, nulls, floats, integers of 2^53 and more, other escapes, order or spaces.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8], place: &str) -> Result<T, Error> {
    let refuse = |why: String| Error::Json { place: place.to_owned(), why };
    let value: T = serde_json::from_slice(bytes).map_err(|error| refuse(safe(&error)))?;
    if to_bytes(&value, place)? != bytes {
        return Err(refuse("not the canonical JSON form of its content".to_owned()));
    }
    Ok(value)
}

/// Position and category alone: the parser's own sentence can quote what it read.
fn safe(error: &serde_json::Error) -> String {
    let category = match error.classify() {
        serde_json::error::Category::Data => "unexpected fields or values",
        serde_json::error::Category::Eof => "cut short",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "not JSON",
    };
    format!("{category} at line {} column {}", error.line(), error.column())
}

fn check(value: &Value) -> Result<(), &'static str> {
    match value {
        Value::Null => Err("null: an absent value has no key"),
        Value::Bool(_) | Value::String(_) => Ok(()),
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            if size.is_some_and(|size| size <= MAX_INTEGER) {
                Ok(())
            } else {
                Err("a number that is not an integer below 2^53")
            }
        }
        Value::Array(items) => items.iter().try_for_each(check),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            if key.is_ascii() { check(value) } else { Err("a key that is not ASCII") }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Serialize, Deserialize, Debug, PartialEq)]
    struct Sample {
        b: i64,
        #[serde(rename = "B", default, skip_serializing_if = "Option::is_none")]
        upper: Option<String>,
        a: Vec<(String, String)>,
    }

    #[test]
    fn keys_are_sorted_and_escapes_are_minimal() {
        let text = "\u{8}\t\n\u{c}\r\"\\/\u{1f}\u{7f}é\u{10000}";
        let sample = Sample {
            b: -9_007_199_254_740_991,
            upper: Some(text.to_owned()),
            a: vec![("k".to_owned(), String::new())],
        };
        let bytes = to_bytes(&sample, "sample").unwrap();
        let expected = "{\"B\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u001f\u{7f}é\u{10000}\",\
                        \"a\":[[\"k\",\"\"]],\"b\":-9007199254740991}";
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(from_bytes::<Sample>(&bytes, "sample").unwrap(), sample);
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        assert!(from_bytes::<Sample>(br#"{"a":[],"b":1}"#, "sample").is_ok());
        for wrong in [
            r#"{"b":1,"a":[]}"#,
            r#"{"a":[],"b":1,"b":1}"#,
            r#"{"a":[],"a":[],"b":1}"#,
            r#"{"a":[],"b":1,"c":1}"#,
            r#"{"B":null,"a":[],"b":1}"#,
            r#"{"a": [],"b":1}"#,
            "{\"a\":[],\"b\":1}\n",
            r#"{"a":[],"b":1.0}"#,
            r#"{"a":[],"b":1e0}"#,
            r#"{"a":[],"b":-0}"#,
            r#"{"a":[],"b":01}"#,
            r#"{"a":[],"b":9007199254740992}"#,
            r#"{"a":[],"b":99999999999999999999}"#,
            r#"{"a":[],"b":NaN}"#,
            r#"{"a":[["\u0041","x"]],"b":1}"#,
            r#"{"a":[["\/","x"]],"b":1}"#,
            r#"{"a":[["\u001F","x"]],"b":1}"#,
            r#"{"a":[["\ud800","x"]],"b":1}"#,
            r#"{"a":[],"b":1}{}"#,
            r#"{"a":[],"b":1"#,
            "",
        ] {
            let read = from_bytes::<Sample>(wrong.as_bytes(), "sample");
            assert!(matches!(read, Err(Error::Json { .. })), "{wrong}");
        }
    }

    #[test]
    fn floats_and_big_integers_are_not_written() {
        assert!(to_bytes(&1.5, "number").is_err());
        assert!(to_bytes(&(1u64 << 53), "number").is_err());
        assert_eq!(to_bytes(&((1u64 << 53) - 1), "number").unwrap(), b"9007199254740991");
    }
}
