//! `alam tag`: names of documents, as they stream by or as a batch job.
//!
//! One thread reads ahead, this one tags and writes. Between them are a bounded number of bytes, so memory does not
//! depend on the corpus. A batch is what is there when the model is free: a slow pipe is not waited for.

mod failed;
mod job;
mod names;
mod stream;

#[cfg(feature = "serve")]
pub(super) use names::own;

use super::apart::Plan;
use super::output;
use crate::cli::args::Cli;
use crate::cli::args::tag::{Destination, TagArgs, TagPlan};
use crate::cli::outcome::{Failure, Outcome};
use crate::formats::OutputFormat;
use clap::CommandFactory;
use std::io::Write;

/// Runs the command.
pub(crate) fn run(args: TagArgs) -> Result<Outcome, Failure> {
    let Some(plan) = args.meant()? else {
        help();
        return Ok(Outcome::Help);
    };
    apart(&plan)?;
    if let Some(summary) = &plan.summary {
        output::check(summary)?;
    }
    match &plan.destination {
        Destination::Job { folder, shard, part_bytes } => job::run(&plan, folder, *shard, *part_bytes),
        Destination::File(path) => stream::run(&plan, Some(path)),
        Destination::Stdout => stream::run(&plan, None),
    }
}

/// Refuses outputs that are inputs.
fn apart(plan: &TagPlan) -> Result<(), Failure> {
    let model = plan.model.model.clone().filter(|path| path.is_dir());
    let others = plan.gazetteer.iter().cloned().chain(model).collect();
    let mut files: Vec<_> = plan.summary.iter().map(|path| ("--summary", path.as_path())).collect();
    let mut folder = None;
    match &plan.destination {
        Destination::Stdout => {}
        Destination::File(path) if plan.format == OutputFormat::Brat => folder = Some(path.as_path()),
        Destination::File(path) => files.insert(0, ("--output", path)),
        Destination::Job { folder: job, .. } => folder = Some(job),
    }
    let folder = folder.map(|folder| ("--output", folder));
    Plan { files, folder, inputs: &plan.inputs, others }.check()
}

fn help() {
    let mut command = Cli::command();
    command.build();
    if let Some(tag) = command.find_subcommand_mut("tag") {
        // Nobody may be there to read it.
        let _ = writeln!(std::io::stderr(), "{}", tag.render_help());
    }
}
