//! Names as they come: to standard output, or to a file that is there when it is whole.

use super::names::Names;
use super::queue::Queue;
use super::{READ_AHEAD, drain, failed, size};
use crate::args::tag::{OnError, TagPlan};
use crate::commands::output::Output;
use crate::commands::progress::Progress;
use crate::commands::{Failure, Outcome, interrupt};
use alam::formats::{self, Reader, Writer, walk};
use alam::{Document, Error};
use std::path::{Path, PathBuf};

/// Tags all inputs, in order.
pub(super) fn run(plan: &TagPlan, path: Option<&Path>) -> Result<Outcome, Failure> {
    let mut progress = Progress::new(plan.quiet, path);
    let inputs = present(&plan.inputs, &mut progress)?;
    // Of what is not there no record tells.
    let lost = progress.done.failed > 0;
    let names = Names::of(plan)?;
    let mut output = Output::open(path, plan.format)?;
    interrupt::listen();
    let mut writer = output.writer(plan.format, plan.write)?;
    let mut run = Run { plan, names, writer: &mut *writer, progress };
    let end = run.all(inputs, path).map_err(|failure| failure.at(path));
    let progress = run.progress;
    drop(writer);
    let failed = lost || progress.done.failed > 0 && plan.on_error != OnError::Report;
    let outcome = match end? {
        Outcome::Interrupted => {
            if let Some(path) = path {
                progress.say(&format!("{}: interrupted, and so not written", path.display()));
            } else {
                output.commit()?;
            }
            Outcome::Interrupted
        }
        _ => {
            output.commit()?;
            if failed { Outcome::SomeFailed } else { Outcome::Clean }
        }
    };
    progress.finish(outcome, plan.summary.as_deref())?;
    Ok(outcome)
}

/// The inputs that are there; the others are reported. None at all is a failure.
fn present(inputs: &[PathBuf], progress: &mut Progress) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for input in inputs {
        match walk::is_there(input) {
            Err(error) => missing.push(error.to_string()),
            Ok(()) => found.push(input.clone()),
        }
    }
    if found.is_empty()
        && let Some(last) = missing.pop()
    {
        missing.iter().for_each(|message| progress.say(message));
        return Err(Failure::unavailable(last));
    }
    for message in missing {
        progress.say(&message);
        progress.done.failed += 1;
    }
    Ok(found)
}

/// A run in progress.
struct Run<'a> {
    plan: &'a TagPlan,
    names: Names<'a>,
    writer: &'a mut dyn Writer,
    progress: Progress,
}

impl Run<'_> {
    fn all(&mut self, inputs: Vec<PathBuf>, output: Option<&Path>) -> Result<Outcome, Failure> {
        let queue = std::sync::Arc::new(Queue::new(READ_AHEAD));
        let sink = queue.clone();
        let options = self.plan.read.clone();
        let inputs = walk::files(inputs).without(output);
        // Not joined: where it waits for standard input after an interrupt, nothing would wake it.
        std::thread::spawn(move || {
            read(inputs, &options, &sink);
            sink.close();
        });
        let end = drain(self.plan, &queue, |batch| self.batch(batch));
        match end {
            Ok(outcome) => {
                self.writer.finish()?;
                Ok(outcome)
            }
            Err(Failure::Record(message)) => {
                self.writer.flush()?;
                Err(Failure::Record(message))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Tags and writes one batch, broken records in their places.
    fn batch(&mut self, batch: Vec<Result<Document, Error>>) -> Result<(), Failure> {
        for record in self.names.tag(batch) {
            match record {
                Ok(document) => {
                    self.writer.write(&document)?;
                    self.progress.done.count(&document);
                }
                Err(error) => {
                    failed(self.plan, &mut self.progress, &error)?;
                    let (id, message) = error.place();
                    self.writer.write_failed(&id, &message)?;
                }
            }
        }
        self.writer.flush()?;
        self.progress.tell();
        Ok(())
    }
}

/// Reads all inputs into the queue, until nobody takes from it.
fn read(inputs: walk::Walk, options: &formats::ReadOptions, queue: &Queue<Result<Document, Error>>) {
    for path in inputs {
        let documents: Reader = match path.and_then(|path| formats::open(&path, options)) {
            Ok(reader) => reader,
            Err(error) => Box::new(std::iter::once(Err(error))),
        };
        for document in documents {
            let bytes = size(&document);
            if !queue.put(document, bytes) {
                return;
            }
        }
    }
}
