//! Names as they come: to standard output, or to a file that is there when it is whole.

use super::failed::failed;
use super::names::Names;
use crate::cli::args::tag::{OnError, TagPlan};
use crate::cli::commands::interrupt;
use crate::cli::commands::output::Output;
use crate::cli::commands::progress::Progress;
use crate::cli::commands::queue::{drain, fed, feed};
use crate::cli::outcome::{Failure, Outcome};
use crate::formats::{self, Writer};
use crate::walk;
use crate::{Document, Error};
use std::path::{Path, PathBuf};

/// Tags all inputs, in order.
pub(super) fn run(plan: &TagPlan, path: Option<&Path>) -> Result<Outcome, Failure> {
    let mut progress = Progress::new(plan.quiet, path);
    let inputs = present(&plan.inputs, &mut progress)?;
    // Of what is not there no record tells.
    let lost = progress.done.failed > 0;
    let names = Names::of(plan)?;
    interrupt::listen();
    let mut output = Output::open(path, plan.format)?;
    let mut writer = output.writer(plan.format, plan.write)?;
    let mut run = Run { plan, names, writer: &mut *writer, progress, thrown_away: path.is_some() };
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
    progress.tell_files(&plan.read.jsonl.notes);
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
    names: Names,
    writer: &'a mut dyn Writer,
    progress: Progress,
    /// Whether what is written comes to nothing where the run is stopped.
    thrown_away: bool,
}

impl Run<'_> {
    fn all(&mut self, inputs: Vec<PathBuf>, output: Option<&Path>) -> Result<Outcome, Failure> {
        let options = self.plan.read.clone();
        let inputs = walk::files(inputs).without(output).counting(&self.progress.skipped);
        let queue = fed(move |feeder| {
            feed(inputs, |path| formats::open(path, &options), |document: &Document| document.text.len(), feeder);
        })?;
        let end = drain(&queue, self.plan.model.bytes_at_once(), |batch| self.batch(batch));
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
        let Some(records) = self.names.tag(batch) else { return Ok(()) };
        interrupt::whole_record(|| self.write(records))
    }

    fn write(&mut self, records: Vec<Result<Document, Error>>) -> Result<(), Failure> {
        for record in records {
            if self.thrown_away && interrupt::asked() {
                return Ok(());
            }
            match record {
                Ok(document) => {
                    self.writer.write(&document)?;
                    self.progress.count(&document);
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
