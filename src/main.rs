//! `alam`: reads the command line, runs one command, and turns what came of it into an exit status.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod outcome;

use clap::Parser;
use clap::error::ErrorKind;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    alam::contain::tell_panics(outcome::say);
    alam::limits::report_file_size();
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    // A panic of any thread of the pool comes to this one. It has been told when it gets here.
    let Ok(end) = std::panic::catch_unwind(|| commands::run(cli.command)) else { return ExitCode::from(outcome::BUG) };
    match end {
        Ok(outcome) => ExitCode::from(outcome.status()),
        Err(failure) => {
            failure.report();
            ExitCode::from(failure.status())
        }
    }
}

/// Help and version go to standard output; a command line that cannot be read is an error like all others.
fn refused(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // A closed pipe is no error here either.
        let _ = error.print();
    } else {
        let message = error.render().to_string();
        // Nobody may be there to read it.
        let _ = write!(std::io::stderr(), "alam: {}", message.strip_prefix("error: ").unwrap_or(&message));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
