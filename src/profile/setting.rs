//! One setting: its form, its limits, how it is read from TOML and shown as JSON.

use std::cmp::Ordering;

use toml::de::{DeTable, DeValue};

/// What a key of the profile is, for reading, for `analyze profile init` and for `show`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Without its table.
    pub name: &'static str,
    /// One sentence: unit and meaning.
    pub about: &'static str,
    pub limits: Limits,
    /// Where the default comes from; `ours` where no authority stands behind it.
    pub source: &'static str,
}

/// What values a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    Any,
    /// Both ends are allowed.
    Between(i64, i64),
    OneOf(&'static [&'static str]),
}

/// A share from 0 to 1, kept in millionths so that it compares exactly with counted ratios.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ratio(u32);

const MILLION: u32 = 1_000_000;

impl Ratio {
    /// A value above one million is one.
    pub const fn millionths(value: u32) -> Self {
        Self(if value > MILLION { MILLION } else { value })
    }

    /// How `numerator / denominator` stands to this limit; `None` over an empty denominator.
    pub fn compare(self, numerator: u64, denominator: u64) -> Option<Ordering> {
        (denominator > 0).then(|| {
            let counted = u128::from(numerator) * u128::from(MILLION);
            counted.cmp(&(u128::from(denominator) * u128::from(self.0)))
        })
    }

    /// Whether `numerator / denominator` is below the limit; exactly the limit is not.
    pub fn is_missed_by(self, numerator: u64, denominator: u64) -> bool {
        self.compare(numerator, denominator) == Some(Ordering::Less)
    }

    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / f64::from(MILLION)
    }

    /// The limit for a metric's `threshold`.
    pub fn number(self) -> serde_json::Number {
        serde_json::Number::from_f64(self.as_f64()).unwrap_or_else(|| 0.into())
    }
}

/// A Rust type that a key can have.
pub trait Setting: Sized {
    /// # Errors
    /// A sentence that says what the key takes.
    fn read(value: &DeValue<'_>, limits: Limits) -> Result<Self, String>;

    fn json(&self) -> serde_json::Value;
}

fn expected(what: &str, value: &DeValue<'_>) -> String {
    format!("takes {what}, not {}", described(value))
}

fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {text:?}"),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

impl Setting for i64 {
    fn read(value: &DeValue<'_>, limits: Limits) -> Result<Self, String> {
        let (least, most) = match limits {
            Limits::Between(least, most) => (least, most),
            Limits::Any | Limits::OneOf(_) => (Self::MIN, Self::MAX),
        };
        let what = format!("a whole number from {least} to {most}");
        let number = value.as_integer().ok_or_else(|| expected(&what, value))?;
        Self::from_str_radix(number.as_str(), number.radix())
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| expected(&what, value))
    }

    fn json(&self) -> serde_json::Value {
        (*self).into()
    }
}

impl<T: Setting> Setting for Option<T> {
    fn read(value: &DeValue<'_>, limits: Limits) -> Result<Self, String> {
        T::read(value, limits).map(Some)
    }

    fn json(&self) -> serde_json::Value {
        self.as_ref().map_or(serde_json::Value::Null, Setting::json)
    }
}

impl Setting for bool {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| expected("true or false", value))
    }

    fn json(&self) -> serde_json::Value {
        (*self).into()
    }
}

impl Setting for Ratio {
    fn read(value: &DeValue<'_>, _: Limits) -> Result<Self, String> {
        const WHAT: &str = "a share from 0 to 1 with at most six decimals";
        let text = match value {
            DeValue::Float(number) => number.as_str(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            _ => return Err(expected(WHAT, value)),
        };
        millionths(text).map(Self).ok_or_else(|| expected(WHAT, value))
    }

    fn json(&self) -> serde_json::Value {
        serde_json::Value::Number(self.number())
    }
}

/// Reads `0`, `1`, `0.8`, `.05` exactly, without going through a binary fraction.
fn millionths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > 6 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let part: u32 = format!("{decimals:0<6}").parse().ok()?;
    Some(whole * MILLION + part).filter(|value| *value <= MILLION)
}

impl Setting for Vec<String> {
    fn read(value: &DeValue<'_>, limits: Limits) -> Result<Self, String> {
        const WHAT: &str = "a list of texts";
        let list = value.as_array().ok_or_else(|| expected(WHAT, value))?;
        list.iter()
            .map(|item| {
                let text = item.get_ref().as_str().ok_or_else(|| expected(WHAT, value))?;
                match limits {
                    Limits::OneOf(words) if !words.contains(&text) => {
                        Err(format!("takes some of {}, not {text:?}", words.join(", ")))
                    }
                    _ => Ok(text.to_owned()),
                }
            })
            .collect()
    }

    fn json(&self) -> serde_json::Value {
        self.as_slice().into()
    }
}

impl Setting for Vec<i64> {
    fn read(value: &DeValue<'_>, limits: Limits) -> Result<Self, String> {
        let list = value.as_array().ok_or_else(|| expected("a list of whole numbers", value))?;
        list.iter().map(|item| i64::read(item.get_ref(), limits)).collect()
    }

    fn json(&self) -> serde_json::Value {
        self.as_slice().into()
    }
}

/// The tables of a list that is written as `form`, such as `[[tag.required]]`.
pub(super) fn entries<'t, 'i>(
    value: &'t DeValue<'i>,
    form: &str,
) -> Result<Vec<&'t DeTable<'i>>, String> {
    let wrong = || format!("is written as {form}");
    let list = value.as_array().ok_or_else(wrong)?;
    list.iter().map(|entry| entry.get_ref().as_table().ok_or_else(wrong)).collect()
}

/// Refuses keys that an entry does not have.
pub(super) fn only(table: &DeTable<'_>, known: &[&str]) -> Result<(), String> {
    let strange = table.keys().find(|key| !known.contains(&key.get_ref().as_ref()));
    strange.map_or(Ok(()), |key| Err(format!("has no key `{}` in its entries", key.get_ref())))
}

/// Declares an enumeration whose variants the profile names by a word.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$note])* $variant),+ }

        impl $name {
            pub const WORDS: &[&str] = &[$($word),+];

            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl $crate::profile::setting::Setting for $name {
            fn read(
                value: &toml::de::DeValue<'_>,
                _: $crate::profile::setting::Limits,
            ) -> Result<Self, String> {
                match value.as_str() {
                    $(Some($word) => Ok(Self::$variant),)+
                    _ => Err(format!("takes one of {}", Self::WORDS.join(", "))),
                }
            }

            fn json(&self) -> serde_json::Value {
                self.word().into()
            }
        }
    };
}

/// Declares a table of the profile: a struct with its defaults, its keys and how they are read.
macro_rules! table {
    ($(#[$about:meta])* $name:ident $table:literal {
        $($(#[doc = $doc:literal])+ $key:ident: $form:ty = $default:expr, $limits:expr, $source:literal;)+
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone)]
        pub struct $name { $($(#[doc = $doc])+ pub $key: $form,)+ }

        impl Default for $name {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $crate::profile::setting::Table for $name {
            fn name(&self) -> &'static str {
                $table
            }

            fn keys(&self) -> &'static [$crate::profile::setting::Key] {
                &[$(
                    $crate::profile::setting::Key {
                        name: stringify!($key),
                        about: concat!($($doc),+),
                        limits: $limits,
                        source: $source,
                    },
                )+]
            }

            fn set(&mut self, name: &str, value: &toml::de::DeValue<'_>) -> Option<Result<(), String>> {
                match name {
                    $(stringify!($key) => Some(
                        $crate::profile::setting::Setting::read(value, $limits)
                            .map(|value| self.$key = value),
                    ),)+
                    _ => None,
                }
            }

            fn json(&self, name: &str) -> Option<serde_json::Value> {
                match name {
                    $(stringify!($key) => {
                        Some($crate::profile::setting::Setting::json(&self.$key))
                    })+
                    _ => None,
                }
            }
        }
    };
}

pub(super) use {table, words};

/// A table of the profile with keys that are known by name.
pub trait Table {
    fn name(&self) -> &'static str;
    fn keys(&self) -> &'static [Key];

    /// `None` if the table has no such key.
    fn set(&mut self, name: &str, value: &DeValue<'_>) -> Option<Result<(), String>>;

    /// `None` if the table has no such key.
    fn json(&self, name: &str) -> Option<serde_json::Value>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_compare_exactly_at_the_limit() {
        let limit = Ratio::millionths(800_000);
        assert!(!limit.is_missed_by(80, 100));
        assert!(!limit.is_missed_by(4, 5));
        assert!(limit.is_missed_by(79_999, 100_000));
        assert!(!limit.is_missed_by(0, 0));
        assert_eq!(limit.compare(0, 0), None);
        assert_eq!(Ratio::millionths(333_333).compare(1, 3), Some(Ordering::Greater));
    }

    #[test]
    fn ratios_are_read_in_decimal() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1", Some(1_000_000)),
            ("1.0", Some(1_000_000)),
            ("0.80", Some(800_000)),
            ("0.000001", Some(1)),
            ("0.1000000", Some(100_000)),
            ("0.0000001", None),
            ("1.000001", None),
            ("2", None),
            ("-0.5", None),
            ("5e-1", None),
            ("nan", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }
}
