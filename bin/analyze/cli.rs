//! The command line of `analyze`: what can be asked, and what each flag takes.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use jiff::Timestamp;
use qualys_sec_inspector::control;
use qualys_sec_inspector::evidence::EvidenceId;
use qualys_sec_inspector::finding::Severity;
use qualys_sec_inspector::profile::BASELINES;
use qualys_sec_inspector::report::{DiffFormat, Format, SarifProfile, TrendFormat};

/// Verifies an evidence bundle, judges twenty controls over it and reports. Never online.
#[derive(Debug, Parser)]
#[command(name = "analyze", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Leaves colours out; so does `NO_COLOR`.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    #[arg(long = "no-color-by-environment", env = "NO_COLOR", hide = true, global = true)]
    pub(crate) no_color_variable: Option<String>,
    /// Prints errors alone.
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Verify a bundle, assess it and write reports.
    Run(Box<Run>),
    /// Render a saved report in other formats.
    Report(Saved),
    /// Compare two bundles, or two saved reports.
    Diff(Box<Diff>),
    /// Line many snapshots of one subscription up: outcomes and headline metrics over time.
    Trend(Trend),
    /// Print the custody checks of a bundle, one line each.
    Verify(Verify),
    /// The raw answers that reports point at: list them, show one, write them to files.
    Evidence(Evidence),
    /// The handbook of the twenty controls.
    Controls {
        #[command(subcommand)]
        command: Option<Controls>,
    },
    /// Thresholds, input files and waivers.
    Profile {
        #[command(subcommand)]
        command: Profile,
    },
    /// Print the version.
    Version,
    /// Print a completion script.
    Completions { shell: Shell },
    /// Write the manual pages into a folder.
    Man { dir: PathBuf },
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The evidence bundle, `*.qsi`.
    pub(crate) bundle: PathBuf,
    /// Lowest severity shown; it never changes a verdict.
    #[arg(long, default_value = "low", value_parser = severity)]
    pub(crate) severity: Severity,
    /// Numbers, ranges and ids, separated by commas: 1,4-6,vuln-sla. All of them by default.
    #[arg(long, value_parser = selection)]
    pub(crate) controls: Option<Selection>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Clock of the assessment, RFC 3339; by default the start of the collection.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) as_of: Option<i64>,
    /// An earlier bundle or saved report: every format then says what changed since.
    #[arg(long, value_name = "BUNDLE|REPORT")]
    pub(crate) previous: Option<PathBuf>,
    /// Clock for the earlier bundle, RFC 3339; by default the start of its collection.
    #[arg(long, value_name = "TIME", value_parser = time, requires = "previous")]
    pub(crate) previous_as_of: Option<i64>,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(flatten)]
    pub(crate) delivery: Delivery,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier bundle or saved report.
    pub(crate) old: PathBuf,
    /// The later one.
    pub(crate) new: PathBuf,
    /// Lowest severity of the findings that are compared.
    #[arg(long, default_value = "low", value_parser = severity)]
    pub(crate) severity: Severity,
    /// Numbers, ranges and ids, separated by commas: 1,4-6,vuln-sla. All of them by default.
    #[arg(long, value_parser = selection)]
    pub(crate) controls: Option<Selection>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Clock for the later bundle, RFC 3339; by default the start of its collection.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) as_of: Option<i64>,
    /// Clock for the earlier bundle, RFC 3339; by default the start of its collection.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) previous_as_of: Option<i64>,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[arg(
        long,
        default_value = "markdown",
        value_delimiter = ',',
        value_parser = DiffFormat::parse,
        help = format!("Formats, separated by commas: {}", DiffFormat::ALL.map(DiffFormat::word).join(", "))
    )]
    pub(crate) output: Vec<DiffFormat>,
    /// Folder for `diff.*`, or `-` for one format on stdout.
    #[arg(long, default_value = "-")]
    pub(crate) output_dir: PathBuf,
    /// Exit 3 if an open finding of the later one is at least this severe, shown or not; `new:high`
    /// looks at what is new or worse alone.
    #[arg(long, value_name = "[new:]SEVERITY", value_parser = gate)]
    pub(crate) fail_on: Option<Gate>,
    /// Exit 5 if the later evidence is not complete or a selected control is not assessed.
    #[arg(long)]
    pub(crate) require_complete: bool,
    /// Leaves cells of CSV as they are, formulas too: for machines alone.
    #[arg(long)]
    pub(crate) csv_raw: bool,
    /// Who reads SARIF: full for viewers, github for code scanning.
    #[arg(long, value_name = "PROFILE", default_value = "full", value_parser = sarif_profile)]
    pub(crate) sarif_profile: SarifProfile,
    /// Begins CSV with a byte order mark, for Excel.
    #[arg(long)]
    pub(crate) csv_bom: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Trend {
    /// Bundles or saved reports, in any order; each is judged as of its own collection.
    #[arg(required = true)]
    pub(crate) snapshots: Vec<PathBuf>,
    /// Numbers, ranges and ids, separated by commas: 1,4-6,vuln-sla. All of them by default.
    #[arg(long, value_parser = selection)]
    pub(crate) controls: Option<Selection>,
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Formats, separated by commas: markdown, html, json, csv, svg.
    #[arg(long, default_value = "markdown", value_delimiter = ',', value_parser = TrendFormat::parse)]
    pub(crate) output: Vec<TrendFormat>,
    /// Folder for `trend.*`, or `-` for one format on stdout.
    #[arg(long, default_value = "-")]
    pub(crate) output_dir: PathBuf,
    /// Leaves cells of CSV as they are, formulas too: for machines alone.
    #[arg(long)]
    pub(crate) csv_raw: bool,
    /// Begins CSV with a byte order mark, for Excel.
    #[arg(long)]
    pub(crate) csv_bom: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Saved {
    /// A `report.json` that `analyze run` wrote.
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) delivery: Delivery,
}

/// What is written where, and when the program ends with an error.
#[derive(Debug, Args)]
pub(crate) struct Delivery {
    #[arg(
        long,
        default_value = "json",
        value_delimiter = ',',
        value_parser = Format::parse,
        help = format!("Formats, separated by commas: {}", Format::ALL.map(Format::word).join(", "))
    )]
    pub(crate) output: Vec<Format>,
    /// Folder for the reports, or `-` for one format on stdout.
    #[arg(long, default_value = "./results")]
    pub(crate) output_dir: PathBuf,
    /// Exit 3 if an open finding is at least this severe, shown or not; `new:high` looks at what is
    /// new or worse since `--previous` alone.
    #[arg(long, value_name = "[new:]SEVERITY", value_parser = gate)]
    pub(crate) fail_on: Option<Gate>,
    /// Exit 5 if the evidence is not complete or a selected control is not assessed.
    #[arg(long)]
    pub(crate) require_complete: bool,
    /// Leaves cells of CSV as they are, formulas too: for machines alone.
    #[arg(long)]
    pub(crate) csv_raw: bool,
    /// Who reads SARIF: full for viewers, github for code scanning.
    #[arg(long, value_name = "PROFILE", default_value = "full", value_parser = sarif_profile)]
    pub(crate) sarif_profile: SarifProfile,
    /// Begins CSV with a byte order mark, for Excel.
    #[arg(long)]
    pub(crate) csv_bom: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The evidence bundle, `*.qsi`.
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// Decodes and checks every body too.
    #[arg(long)]
    pub(crate) deep: bool,
    /// The checks as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
// Flags may stand behind the command too, where one adds them to a line that a report printed.
#[command(mut_args = |arg| if arg.is_positional() { arg } else { arg.global(true) })]
pub(crate) struct Evidence {
    /// The evidence bundle, `*.qsi`.
    pub(crate) bundle: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
    #[command(subcommand)]
    pub(crate) command: Option<Answers>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Answers {
    /// One tab-separated line an answer: id, endpoint, page, state, records, bytes, SHA-256.
    List,
    /// Say what an evidence id names, and print its bytes.
    Show {
        /// As reports write it: ev:17, ev:17#4711 or ev:17#@1024.
        id: EvidenceId,
        /// The bytes alone, as they were collected.
        #[arg(long)]
        raw: bool,
    },
    /// Write answers below a folder, as raw/NNNNNN.xml, json, csv or bin; nothing is overwritten.
    #[command(allow_missing_positional = true)]
    Export {
        /// An answer or a part of one: ev:17, ev:17#4711 or ev:17#@1024.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<EvidenceId>,
        /// Every answer of the collection.
        #[arg(long)]
        all: bool,
        dir: PathBuf,
    },
}

/// What is demanded of a bundle, and what is permitted.
#[derive(Debug, Args)]
pub(crate) struct Trust {
    /// OpenSSH file of allowed signers; a signature by any other key is then broken.
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Option<PathBuf>,
    /// Accepts an unsigned bundle; every output says so.
    #[arg(long)]
    pub(crate) allow_unsigned: bool,
    /// Refuses a valid signature whose signer is not pinned.
    #[arg(long)]
    pub(crate) require_trusted: bool,
    /// Goes on behind failed checks where nothing dangerous is read; the verdict stays broken.
    #[arg(long)]
    pub(crate) force_unverified: bool,
    /// The text that the collector was given to prove freshness.
    #[arg(long, value_name = "TEXT")]
    pub(crate) challenge: Option<String>,
    /// The collection must have started at this time or later, RFC 3339.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) collected_after: Option<i64>,
    /// Folder for the private working copy; by default the system's temporary folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) work_dir: Option<PathBuf>,
}

/// Where thresholds come from: flag over profile over baseline over default.
#[derive(Debug, Default, Args)]
pub(crate) struct Settings {
    /// TOML file with thresholds, inputs and waivers.
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    #[arg(long, value_name = "NAME", help = format!("Named baseline: {}", baselines()))]
    pub(crate) baseline: Option<String>,
    /// Days for critical detections.
    #[arg(long, value_name = "DAYS")]
    pub(crate) sla_critical: Option<u32>,
    /// Days for high detections.
    #[arg(long, value_name = "DAYS")]
    pub(crate) sla_high: Option<u32>,
    /// Days for medium detections.
    #[arg(long, value_name = "DAYS")]
    pub(crate) sla_medium: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Controls {
    /// One line a control.
    List,
    /// What a control asks, how it is judged and what it maps to.
    Explain {
        /// Number or id.
        #[arg(value_parser = one_control)]
        control: u8,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Profile {
    /// Print a profile with every key at its default.
    Init,
    /// Read a profile and its input files, and say what is wrong.
    Check { file: PathBuf },
    /// Print the effective thresholds and where each came from.
    Show {
        #[command(flatten)]
        settings: Settings,
    },
}

impl Settings {
    /// The flags as keys of the profile with TOML text.
    pub(crate) fn flags(&self) -> Vec<(&'static str, String)> {
        let given = [
            ("sla.critical", self.sla_critical),
            ("sla.high", self.sla_high),
            ("sla.medium", self.sla_medium),
        ];
        given.into_iter().filter_map(|(key, days)| Some((key, days?.to_string()))).collect()
    }
}

/// Control numbers that were asked for.
#[derive(Debug, Clone)]
pub(crate) struct Selection(pub(crate) std::collections::BTreeSet<u8>);

fn selection(text: &str) -> Result<Selection, control::SelectionError> {
    control::select(text).map(Selection)
}

fn one_control(text: &str) -> Result<u8, String> {
    let numbers = control::select(text).map_err(|error| error.to_string())?;
    let mut numbers = numbers.into_iter();
    match (numbers.next(), numbers.next()) {
        (Some(number), None) => Ok(number),
        _ => Err("one control at a time".to_owned()),
    }
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::parse(word)
        .ok_or_else(|| "one of critical, high, medium, low, info is meant".to_owned())
}

fn sarif_profile(word: &str) -> Result<SarifProfile, String> {
    let profile = SarifProfile::ALL.into_iter().find(|profile| profile.word() == word);
    profile.ok_or_else(|| "full or github is meant".to_owned())
}

/// What `--fail-on` looks at, and from which severity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    Open(Severity),
    /// What is new or worse than in the snapshot before.
    New(Severity),
}

fn gate(word: &str) -> Result<Gate, String> {
    match word.strip_prefix("new:") {
        Some(word) => severity(word).map(Gate::New),
        None => severity(word).map(Gate::Open),
    }
}

/// RFC 3339 to Unix seconds.
fn time(text: &str) -> Result<i64, String> {
    text.parse::<Timestamp>()
        .map(Timestamp::as_second)
        .map_err(|_| "a time is written 2026-03-28T02:10:00Z".to_owned())
}

fn baselines() -> String {
    BASELINES.iter().map(|baseline| baseline.name).collect::<Vec<_>>().join(", ")
}
