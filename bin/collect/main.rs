//! `collect`: reads a Qualys subscription, without changing it, into one signed evidence bundle.

mod call;
mod check;
mod cli;
mod clock;
mod configuration;
mod credentials;
mod decode;
mod endpoints;
mod error;
mod exchange;
mod fan_out;
mod finish;
mod gate;
mod halt;
mod http;
mod keygen;
mod limits;
mod lines;
mod machine;
mod mint;
mod plan;
mod position;
mod previous;
mod probe;
mod progress;
mod replay;
mod request;
mod retry;
mod run;
mod schedule;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod scripted_answers;
mod selection;
mod servers;
mod session;
mod signing;
#[cfg(test)]
mod stage;
mod summary;
mod terminal;
mod token;
#[cfg(test)]
mod token_table;
mod walk;
#[cfg(test)]
mod wire_table;

use clap::{CommandFactory as _, FromArgMatches as _};
use cli::{Cli, Command};
use error::{Error, Exit};
use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = Cli::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    match dispatch(cli.command, &matches) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal::report(&error);
            error.exit().into()
        }
    }
}

fn dispatch(command: Command, matches: &clap::ArgMatches) -> Result<Exit, Error> {
    let stdout = |source| Error::write("stdout".as_ref(), source);
    let no_colour = match &command {
        Command::Run(args) => args.output.no_color,
        Command::Resume(args) => args.output.no_color,
        _ => false,
    };
    if no_colour {
        terminal::no_colour();
    }
    match command {
        Command::Run(args) => return run::run(&args, matches),
        Command::Resume(args) => return run::resume(&args, matches),
        Command::Plan(args) => plan::run(&args)?,
        Command::Check(args) => return check::run(&args, matches),
        Command::Keygen(args) => keygen::run(&args)?,
        Command::Endpoints { json } => endpoints::run(json)?,
        Command::Version => {
            terminal::data(concat!("collect ", env!("CARGO_PKG_VERSION"), "\n")).map_err(stdout)?;
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "collect", &mut script);
            terminal::data(&String::from_utf8_lossy(&script)).map_err(stdout)?;
        }
        Command::Man { dir } => {
            std::fs::create_dir_all(&dir)
                .and_then(|()| clap_mangen::generate_to(Cli::command(), &dir))
                .map_err(|source| Error::write(&dir, source))?;
        }
    }
    Ok(Exit::Complete)
}
