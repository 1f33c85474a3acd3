//! `alam`: reads the command line, runs one command, and turns what came of it into an exit status.

#![forbid(unsafe_code)]

mod args;
mod commands;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    match commands::run(cli.command) {
        Ok(outcome) => ExitCode::from(outcome.status()),
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.status())
        }
    }
}
