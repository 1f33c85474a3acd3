//! `alam tag`: names of documents, as they stream by or as a batch job.
//!
//! One thread reads ahead, this one tags and writes. Between them are a bounded number of bytes, so memory does not
//! depend on the corpus. A batch is what is there when the model is free: a slow pipe is not waited for.

mod job;
mod names;
mod queue;
mod stream;

use super::progress::Progress;
use super::{Failure, Outcome, interrupt};
use crate::args::Cli;
use crate::args::tag::{Destination, OnError, TagArgs, TagPlan};
use alam::Error;
use clap::CommandFactory;
use queue::{Queue, Taken};
use std::time::Duration;

/// Bytes of text that are read ahead.
const READ_AHEAD: usize = 1 << 19;
/// What a document costs beside its text.
const BYTES_PER_DOCUMENT: usize = 64;
/// How often an interrupt is looked for while nothing comes in.
const PATIENCE: Duration = Duration::from_millis(100);

/// Runs the command.
pub(crate) fn run(args: TagArgs) -> Result<Outcome, Failure> {
    let Some(plan) = args.meant()? else {
        help();
        return Ok(Outcome::Help);
    };
    match &plan.destination {
        Destination::Job { folder, shard, part_bytes } => job::run(&plan, folder, *shard, *part_bytes),
        Destination::File(path) => stream::run(&plan, Some(path)),
        Destination::Stdout => stream::run(&plan, None),
    }
}

fn help() {
    let mut command = Cli::command();
    command.build();
    if let Some(tag) = command.find_subcommand_mut("tag") {
        eprintln!("{}", tag.render_help());
    }
}

/// Takes what is read, as much as the model takes at once, until there is no more, or the user wants no more. Where nothing
/// came for a while, a batch is empty.
fn drain<T>(
    plan: &TagPlan,
    queue: &Queue<T>,
    mut batch: impl FnMut(Vec<T>) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    let bytes = plan.model.bytes_at_once().min(READ_AHEAD);
    let end = loop {
        if interrupt::asked() {
            break Ok(Outcome::Interrupted);
        }
        let taken = match queue.take(bytes, PATIENCE) {
            Taken::Wait => Vec::new(),
            Taken::End => break Ok(Outcome::Clean),
            Taken::Batch(taken) => taken,
        };
        if let Err(failure) = batch(taken) {
            break Err(failure);
        }
    };
    queue.close();
    end
}

/// Reports a record that could not be read or tagged, or gives up.
fn failed(plan: &TagPlan, progress: &mut Progress, error: &Error) -> Result<(), Failure> {
    if plan.on_error == OnError::Fail {
        return Err(Failure::Record(error.to_string()));
    }
    progress.failed(error);
    Ok(())
}

/// What a document takes of the room for reading ahead.
fn size(record: &Result<alam::Document, Error>) -> usize {
    BYTES_PER_DOCUMENT + record.as_ref().map_or(1, |document| document.text.len())
}
