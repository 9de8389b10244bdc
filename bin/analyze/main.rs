//! `analyze`: verifies an evidence bundle, judges it, reports. Offline by construction.

mod assessment;
mod cli;
mod controls;
mod deliver;
mod diff;
mod evidence;
mod exit;
mod output;
mod profile;
mod run;
mod saved;
mod trend;
mod verify;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};
use qualys_sec_inspector::report::plain;

use cli::{Cli, Command};
use exit::{Exit, Stop, seen};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help goes to stdout, mistakes to stderr; a reader that went away has seen enough.
            let _printed = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let ended = match &cli.command {
        Command::Run(run) => run::run(&cli, run),
        Command::Report(command) => saved::report(&cli, command),
        Command::Diff(command) => diff::diff(&cli, command),
        Command::Trend(command) => trend::trend(&cli, command),
        Command::Verify(verify) => verify::verify(verify),
        Command::Evidence(command) => evidence::evidence(&cli, command),
        Command::Controls { command } => controls::controls(command.as_ref()),
        Command::Profile { command } => profile::profile(command),
        Command::Version => version(),
        Command::Completions { shell } => completions(*shell),
        Command::Man { dir } => manual(dir),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(stop) => {
            complain(&stop);
            stop.exit.into()
        }
    }
}

fn version() -> Result<Exit, Stop> {
    seen(writeln!(io::stdout().lock(), "analyze {}", env!("CARGO_PKG_VERSION")))?;
    Ok(Exit::Done)
}

fn completions(shell: clap_complete::Shell) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "analyze", &mut script);
    seen(io::stdout().lock().write_all(&script))?;
    Ok(Exit::Done)
}

fn manual(dir: &Path) -> Result<Exit, Stop> {
    let written =
        std::fs::create_dir_all(dir).and_then(|()| clap_mangen::generate_to(Cli::command(), dir));
    written.map_err(|error| Stop::new(Exit::Fault, format!("{}: {error}", dir.display())))?;
    Ok(Exit::Done)
}

/// What cannot be written to stderr is lost; the exit code still tells.
fn complain(stop: &Stop) {
    let mut stderr = io::stderr().lock();
    let lines: Vec<_> = stop.message.lines().map(plain).collect();
    let _written = writeln!(stderr, "error: {}", lines.join("\n"));
    let _written = writeln!(stderr, "help: {}", plain(&stop.help));
}
