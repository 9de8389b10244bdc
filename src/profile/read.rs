//! Reads a profile: which file, table and key says what, and where a mistake stands.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::baseline::{BASELINES, baseline};
use super::setting::Setting as _;
use super::{Input, Limits, Origin, Profile, ProfileError, Segment, Waiver};

const TOP_KEYS: &[&str] = &[
    "schema",
    "name",
    "baseline",
    "require_modules",
    "inputs",
    "waiver",
    "segment",
    "scope",
    "sla",
];

/// Words of `require_modules`.
const MODULES: &[&str] = &["VM", "PC", "WAS", "CA", "CLOUDVIEW"];

/// The input of the baseline `fedramp-vdr`, which is not read yet; a profile may leave it empty.
const SSVC: &str = "ssvc";

pub(super) fn load(
    file: Option<&Path>,
    wanted: Option<&str>,
    flags: &[(&str, String)],
) -> Result<Profile, ProfileError> {
    let text = match file {
        Some(path) => fs::read_to_string(path)
            .map_err(|source| ProfileError::Read { file: path.to_owned(), source })?,
        None => String::new(),
    };
    let source = Source { file: file.unwrap_or(Path::new("")), text: &text };
    let parsed = DeTable::parse(&text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), error.message().to_owned())
    })?;
    let table = parsed.get_ref();

    let named = table.get("baseline").map(|value| source.text("baseline", value)).transpose()?;
    let name = wanted.or(named).unwrap_or("seed");
    let base = baseline(name).ok_or_else(|| no_baseline(name))?;
    let mut profile =
        Profile { name: base.name.to_owned(), baseline: base.name, ..Profile::default() };
    for value in base.values {
        set(&mut profile, value.key, value.value, Origin::Baseline)?;
    }
    source.apply(table, &mut profile)?;
    for (key, value) in flags {
        set(&mut profile, key, value, Origin::Flag)?;
    }
    if !profile.c19.sensitive_rules.is_empty() {
        let folder = source.file.parent().unwrap_or(Path::new(""));
        let path = folder.join(&profile.c19.sensitive_rules);
        profile.input_paths.insert(Input::SensitiveActions, path);
    }
    Ok(profile)
}

fn modules(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let mut named = value.as_array().into_iter().flatten();
    if named.any(|item| item.get_ref().as_str() == Some("GAV")) {
        return Err("cannot name GAV: no check rests on the global asset inventory, so nothing \
                    would fail without it"
            .to_owned());
    }
    Vec::read(value, Limits::OneOf(MODULES))
}

fn no_baseline(name: &str) -> ProfileError {
    let help = if name == "fedramp-vdr" {
        "it ranks by impact and reachability, which no input file brings yet".to_owned()
    } else {
        let known: Vec<_> = BASELINES.iter().map(|baseline| baseline.name).collect();
        format!("known are {}", known.join(", "))
    };
    ProfileError::Baseline(name.to_owned(), help)
}

/// Sets a value that does not come from the file.
fn set(profile: &mut Profile, key: &str, value: &str, origin: Origin) -> Result<(), ProfileError> {
    let error = |message: String| ProfileError::Value { key: key.to_owned(), message };
    let value = DeValue::parse(value).map_err(|fault| error(fault.message().to_owned()))?;
    let (table, name) = key.split_once('.').unwrap_or((key, ""));
    let table = profile.table_mut(table).ok_or_else(|| error("is no setting".to_owned()))?;
    table
        .set(name, value.get_ref())
        .unwrap_or_else(|| Err("is no setting".to_owned()))
        .map_err(error)?;
    profile.origins.insert(key.to_owned(), origin);
    Ok(())
}

struct Source<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn apply(&self, table: &DeTable<'_>, profile: &mut Profile) -> Result<(), ProfileError> {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let at = key.span().start;
            match name {
                "schema" => {
                    i64::read(value.get_ref(), Limits::Between(1, 1))
                        .map_err(|message| self.error(at, format!("schema {message}")))?;
                }
                "name" => self.text("name", value)?.clone_into(&mut profile.name),
                "baseline" => {}
                "require_modules" => {
                    profile.require_modules = modules(value.get_ref())
                        .map_err(|message| self.error(at, format!("{name} {message}")))?;
                }
                "inputs" => self.inputs(self.table(name, value)?, profile)?,
                "waiver" => self.waivers(value, profile)?,
                "segment" => self.segments(value, profile)?,
                _ if profile.table_mut(name).is_some() => {
                    self.thresholds(name, self.table(name, value)?, profile)?;
                }
                _ => {
                    let known: Vec<_> = profile.tables().iter().map(|table| table.name()).collect();
                    return Err(self.unknown(
                        at,
                        name,
                        name,
                        TOP_KEYS.iter().copied().chain(known),
                    ));
                }
            }
        }
        Ok(())
    }

    fn thresholds(
        &self,
        name: &str,
        values: &DeTable<'_>,
        profile: &mut Profile,
    ) -> Result<(), ProfileError> {
        for (key, value) in values {
            let word = key.get_ref().as_ref();
            let path = format!("{name}.{word}");
            let Some(table) = profile.table_mut(name) else { continue };
            match table.set(word, value.get_ref()) {
                Some(Ok(())) => {
                    profile.origins.insert(path, Origin::Profile);
                }
                Some(Err(message)) => {
                    return Err(self.error(value.span().start, format!("{path} {message}")));
                }
                None => {
                    let known: Vec<_> = table.keys().iter().map(|key| key.name).collect();
                    return Err(self.unknown(key.span().start, &path, word, known));
                }
            }
        }
        Ok(())
    }

    fn inputs(&self, values: &DeTable<'_>, profile: &mut Profile) -> Result<(), ProfileError> {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        for (key, value) in values {
            let word = key.get_ref().as_ref();
            if word == SSVC && self.text(word, value)?.is_empty() {
                continue;
            }
            if word == SSVC {
                let message = "inputs.ssvc is not read: no check ranks by it yet".to_owned();
                return Err(self.error(key.span().start, message));
            }
            let Some(input) = Input::ALL.into_iter().find(|input| input.key() == word) else {
                let path = format!("inputs.{word}");
                let known = Input::ALL.map(Input::key);
                return Err(self.unknown(key.span().start, &path, word, known));
            };
            let path = self.text(word, value)?;
            if !path.is_empty() {
                profile.input_paths.insert(input, folder.join(PathBuf::from(path)));
            }
        }
        Ok(())
    }

    fn waivers(
        &self,
        value: &Spanned<DeValue<'_>>,
        profile: &mut Profile,
    ) -> Result<(), ProfileError> {
        let list = value.get_ref().as_array().ok_or_else(|| {
            self.error(value.span().start, "waivers are written as [[waiver]]".to_owned())
        })?;
        for entry in list {
            let waiver = Waiver::read(entry).map_err(|(at, message)| self.error(at, message))?;
            if profile.waivers.iter().any(|other| other.finding == waiver.finding) {
                let message = format!("a second waiver names {}", waiver.finding);
                return Err(self.error(entry.span().start, message));
            }
            profile.waivers.push(waiver);
        }
        Ok(())
    }

    fn segments(
        &self,
        value: &Spanned<DeValue<'_>>,
        profile: &mut Profile,
    ) -> Result<(), ProfileError> {
        let list = value.get_ref().as_array().ok_or_else(|| {
            self.error(value.span().start, "segments are written as [[segment]]".to_owned())
        })?;
        for entry in list {
            let segment = Segment::read(entry).map_err(|(at, message)| self.error(at, message))?;
            if profile.segments.iter().any(|other| other.id == segment.id) {
                let message = format!("a second segment is called {}", segment.id);
                return Err(self.error(entry.span().start, message));
            }
            profile.segments.push(segment);
        }
        Ok(())
    }

    fn table<'t, 'i>(
        &self,
        name: &str,
        value: &'t Spanned<DeValue<'i>>,
    ) -> Result<&'t DeTable<'i>, ProfileError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.error(value.span().start, format!("`{name}` is a table: [{name}]")))
    }

    fn text<'t>(
        &self,
        name: &str,
        value: &'t Spanned<DeValue<'_>>,
    ) -> Result<&'t str, ProfileError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.error(value.span().start, format!("`{name}` is a text")))
    }

    /// The sentence for a key that is not known, with the nearest one that is.
    fn unknown<'k>(
        &self,
        at: usize,
        path: &str,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> ProfileError {
        let nearest = known
            .into_iter()
            .map(|key| (strsim::damerau_levenshtein(word, key), key))
            .min()
            .filter(|(distance, key)| *distance <= key.len().max(word.len()) / 2);
        let message = match nearest {
            Some((_, key)) => format!("unknown key `{path}`; is `{key}` meant?"),
            None => format!("unknown key `{path}`"),
        };
        self.error(at, message)
    }

    fn error(&self, at: usize, message: String) -> ProfileError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        ProfileError::Line { file: self.file.to_owned(), line, message }
    }
}
