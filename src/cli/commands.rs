//! The commands: what each of them does.

pub(crate) mod apart;
mod bench;
mod completions;
mod convert;
mod eval;
mod fetch;
mod info;
mod interrupt;
mod merge;
mod notices;
pub(crate) mod output;
mod progress;
mod queue;
#[cfg(feature = "serve")]
mod serve;
mod stats;
mod tag;

use crate::cli::args::Command;
use crate::cli::outcome::{Failure, Outcome};

/// Runs one command.
pub(crate) fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Tag(args) => tag::run(*args),
        Command::Eval(args) => eval::run(*args),
        Command::Convert(args) => convert::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Merge(args) => merge::run(args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(*args),
        Command::Bench(args) => bench::run(args),
        Command::Fetch(args) => fetch::run(args),
        Command::Info(args) => info::run(args),
        Command::Completions(args) => completions::run(args),
    }
}
