//! `alam tag`: names of documents, as they stream by.

use super::{Failure, Outcome};
use crate::args::Cli;
use crate::args::tag::TagArgs;
use clap::CommandFactory;

/// Runs the command.
pub(crate) fn run(args: TagArgs) -> Result<Outcome, Failure> {
    let Some(plan) = args.meant()? else {
        let mut command = Cli::command();
        command.build();
        if let Some(tag) = command.find_subcommand_mut("tag") {
            eprintln!("{}", tag.render_help());
        }
        return Ok(Outcome::Help);
    };
    let tagger = plan.model.load()?;
    let _ = (
        tagger,
        plan.inputs,
        plan.read,
        plan.format,
        plan.write,
        plan.output,
        plan.min_score,
        plan.labels,
        plan.on_error,
        plan.quiet,
    );
    Err(Failure::unavailable("not there yet"))
}
