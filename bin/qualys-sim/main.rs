//! The program `qualys-sim`: a simulated subscription for demonstrations, tests and training.

mod admission;
mod auth;
mod cli;
mod demo;
mod faults;
mod log;
mod profile;
mod serve;
mod subscription;
mod tenant;
mod tls;
mod wire;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(std::io::stderr(), "qualys-sim: {error}"));
            error.exit_code()
        }
    }
}
