//! `alam completions`: what a shell needs to complete our command line.

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::outcome::{Failure, Outcome};
use clap::CommandFactory;
use std::io::Write;

/// Runs the command.
pub(crate) fn run(args: CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "alam", &mut script);
    let mut out = std::io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Clean)
}
