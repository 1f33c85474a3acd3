//! The command line: reads it, runs one command, and turns what came of it into an exit status.

mod args;
mod commands;
mod outcome;

use clap::Parser;
use clap::error::ErrorKind;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Runs the command of a command line, whose first word is the program's name. For a process of its own: it sets up threads
/// and signals once and for all, and says panics and refused files on standard error.
pub fn main(line: impl IntoIterator<Item = OsString>) -> ExitCode {
    ExitCode::from(run(line))
}

/// [`main`], with the exit status as a number.
pub fn run(line: impl IntoIterator<Item = OsString>) -> u8 {
    crate::contain::tell_panics(outcome::say);
    crate::limits::report_file_size();
    let cli = match args::Cli::try_parse_from(line) {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    // A panic of any thread of the pool comes to this one. It has been told when it gets here.
    let Ok(end) = std::panic::catch_unwind(|| commands::run(cli.command)) else { return outcome::BUG };
    match end {
        Ok(outcome) => outcome.status(),
        Err(failure) => {
            failure.report();
            failure.status()
        }
    }
}

/// Help and version go to standard output; a command line that cannot be read is an error like all others.
fn refused(error: &clap::Error) -> u8 {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // A closed pipe is no error here either.
        let _ = error.print();
    } else {
        let message = error.render().to_string();
        // Nobody may be there to read it.
        let _ = write!(std::io::stderr(), "alam: {}", message.strip_prefix("error: ").unwrap_or(&message));
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}
