//! `analyze profile`: write, check and show the assessor's settings.

use std::io;

use qualys_sec_inspector::profile::{Input, Inputs, Limits, Profile, ProfileError};
use serde_json::Value;

use crate::cli::{self, Settings};
use crate::exit::{Exit, Stop, seen};

pub(crate) fn profile(command: &cli::Profile) -> Result<Exit, Stop> {
    let mut stdout = io::stdout().lock();
    match command {
        cli::Profile::Init => seen(init(&mut stdout))?,
        cli::Profile::Check { file } => {
            let settings = Settings { profile: Some(file.clone()), ..Settings::default() };
            let (profile, inputs) = load(&settings)?;
            seen(identify(&mut stdout, &profile, &inputs))?;
        }
        cli::Profile::Show { settings } => {
            let (profile, inputs) = load(settings)?;
            let identified = identify(&mut stdout, &profile, &inputs);
            seen(identified.and_then(|()| show(&mut stdout, &profile)))?;
        }
    }
    Ok(Exit::Done)
}

/// The effective profile with its input files.
///
/// # Errors
/// Exit 2 with the file, line and sentence.
pub(crate) fn load(settings: &Settings) -> Result<(Profile, Inputs), Stop> {
    let read = || -> Result<(Profile, Inputs), ProfileError> {
        let profile = Profile::load(
            settings.profile.as_deref(),
            settings.baseline.as_deref(),
            &settings.flags(),
        )?;
        let inputs = profile.inputs()?;
        Ok((profile, inputs))
    };
    read().map_err(|error| {
        Stop::new(Exit::Usage, error).help("analyze profile init prints every key")
    })
}

fn identify(to: &mut impl io::Write, profile: &Profile, inputs: &Inputs) -> io::Result<()> {
    let (name, baseline) = (&profile.name, profile.baseline);
    writeln!(to, "profile {name} on baseline {baseline}, sha256:{}", profile.sha256(inputs))?;
    for file in &inputs.files {
        let (input, name, rows) = (&file.input, &file.file, file.rows);
        writeln!(to, "input {input}: {name}, {rows} rows, sha256:{}", file.sha256)?;
    }
    writeln!(to, "waivers: {}", profile.waivers.len())
}

fn show(to: &mut impl io::Write, profile: &Profile) -> io::Result<()> {
    for parameter in profile.parameters() {
        let (key, value, origin) = (parameter.key, parameter.value, parameter.origin.word());
        let source = if parameter.source.is_empty() {
            String::new()
        } else {
            format!("  ({})", parameter.source)
        };
        writeln!(to, "{key:<30}  {:<12}  {origin}{source}", value.to_string())?;
    }
    Ok(())
}

/// A profile in TOML that says what the defaults say, each key with its meaning and source.
fn init(to: &mut impl io::Write) -> io::Result<()> {
    let profile = Profile::default();
    writeln!(to, "schema = 1")?;
    writeln!(to, "name = \"{}\"", profile.name)?;
    writeln!(to, "baseline = \"{}\"", profile.baseline)?;
    writeln!(to, "# Modules whose absence is a failure: VM, PC, WAS, CA (agents), CLOUDVIEW.")?;
    writeln!(to, "require_modules = []")?;
    writeln!(to, "\n[inputs]")?;
    for input in Input::ALL {
        writeln!(to, "# {}; relative to this file.", input.help())?;
        writeln!(to, "# {} = \"{}\"", input.key(), input.file())?;
    }
    for table in profile.tables() {
        writeln!(to, "\n[{}]", table.name())?;
        for key in table.keys() {
            writeln!(to, "# {}{} ({})", key.about.trim(), takes(key.limits), key.source)?;
            let value = table.json(key.name).unwrap_or_default();
            match inline(&value) {
                Some(value) => writeln!(to, "{} = {value}", key.name)?,
                None => writeln!(to, "# {}: not set", key.name)?,
            }
        }
    }
    writeln!(to, "\n# A segment of the network: dmz, internal, ot, cde, external, cloud or mgmt.")?;
    writeln!(to, "# [[segment]]")?;
    writeln!(to, "# id = \"dmz\"")?;
    writeln!(to, "# name = \"DMZ\"")?;
    writeln!(to, "# type = \"dmz\"")?;
    writeln!(to, "# network_id = 0")?;
    writeln!(to, "# cidrs = [\"198.51.100.0/25\"]")?;
    writeln!(to, "# asset_groups = [\"DMZ\"]")?;
    writeln!(to, "# tags = []")?;
    writeln!(to, "# appliances = [\"scn-dmz-1\"]")?;
    writeln!(to, "# option_profiles = []")?;
    writeln!(to, "# scan = \"active\"")?;
    writeln!(to, "# max_interval_days = 7")?;
    writeln!(to, "\n# A waiver accepts one finding until a day; it never turns it into a pass.")?;
    writeln!(to, "# [[waiver]]")?;
    writeln!(to, "# finding = \"C01-06:schedule:4711\"")?;
    writeln!(to, "# reason = \"Ends with the project\"")?;
    writeln!(to, "# approver = \"ciso@example.com\"")?;
    writeln!(to, "# approved = 2026-01-10")?;
    writeln!(to, "# expires = 2026-06-30")?;
    writeln!(to, "# ticket = \"CHG-1234\"")?;
    writeln!(to, "# max_severity = \"medium\"")
}

/// A value as TOML on one line; `None` for a value that is not set.
fn inline(value: &Value) -> Option<String> {
    let listed = |items: Vec<String>| items.join(", ");
    match value {
        Value::Null => None,
        Value::Array(items) => {
            Some(format!("[{}]", listed(items.iter().filter_map(inline).collect())))
        }
        Value::Object(members) if members.is_empty() => Some("{}".to_owned()),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                inline(value).map(|value| format!("{} = {value}", Value::from(key.as_str())))
            };
            Some(format!("{{ {} }}", listed(members.iter().filter_map(member).collect())))
        }
        plain => Some(plain.to_string()),
    }
}

fn takes(limits: Limits) -> String {
    match limits {
        Limits::Any => String::new(),
        Limits::OneOf(words) => format!(" One of {}.", words.join(", ")),
        Limits::Between(least, i64::MAX) => format!(" From {least}."),
        Limits::Between(least, most) => format!(" {least} to {most}."),
    }
}
