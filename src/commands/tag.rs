//! `alam tag`: names of documents, as they stream by.
//!
//! One thread reads ahead, this one tags and writes. Between them are a bounded number of bytes, so memory does not
//! depend on the corpus. A batch is what is there when the model is free: a slow pipe is not waited for.

mod queue;

use super::output::Output;
use super::progress::Progress;
use super::{Failure, Outcome, interrupt};
use crate::args::Cli;
use crate::args::tag::{OnError, TagArgs, TagPlan};
use alam::formats::{self, Reader, Writer, walk};
use alam::gazetteer::Gazetteer;
use alam::group::group;
use alam::{Document, Error, Tagger};
use clap::CommandFactory;
use queue::{Queue, Taken};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes of text that are read ahead.
const READ_AHEAD: usize = 4 << 20;
/// How often an interrupt is looked for while nothing comes in.
const PATIENCE: Duration = Duration::from_millis(100);

/// Runs the command.
pub(crate) fn run(args: TagArgs) -> Result<Outcome, Failure> {
    let Some(plan) = args.meant()? else {
        help();
        return Ok(Outcome::Help);
    };
    let mut progress = Progress::new(plan.quiet);
    let inputs = present(&plan.inputs, &mut progress)?;
    let gazetteer = plan.gazetteer.as_deref().map(Gazetteer::read).transpose()?;
    let gazetteer = gazetteer.map(|names| if plan.model.keep_clitics { names.keeping_clitics() } else { names });
    let tagger = plan.model.load()?;
    check_labels(&plan.labels, &tagger, gazetteer.as_ref())?;
    let mut output = Output::open(plan.output.as_deref(), plan.format)?;
    interrupt::listen();
    let mut writer = output.writer(plan.format, plan.write)?;
    let mut run = Run { plan: &plan, tagger: &tagger, gazetteer: gazetteer.as_ref(), writer: &mut *writer, progress };
    let end = run.all(inputs).map_err(|failure| failure.at(plan.output.as_deref()));
    let progress = run.progress;
    drop(writer);
    let failed = progress.done.failed > 0;
    let outcome = match end? {
        Outcome::Interrupted => {
            if let Some(path) = &plan.output {
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
    progress.finish();
    Ok(outcome)
}

fn help() {
    let mut command = Cli::command();
    command.build();
    if let Some(tag) = command.find_subcommand_mut("tag") {
        eprintln!("{}", tag.render_help());
    }
}

/// The inputs that are there; the others are reported. None at all is a failure.
fn present(inputs: &[PathBuf], progress: &mut Progress) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for input in inputs {
        match input.metadata() {
            Err(error) if input != Path::new("-") => missing.push(format!("{}: {error}", input.display())),
            _ => found.push(input.clone()),
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

/// Refuses types that neither the model nor the gazetteer knows: nothing would ever be found.
fn check_labels(labels: &[String], tagger: &Tagger, gazetteer: Option<&Gazetteer>) -> Result<(), Failure> {
    let types = tagger.labels().types();
    let own = gazetteer.map(Gazetteer::types).unwrap_or_default();
    let known = |label: &str| types.iter().any(|t| **t == *label) || own.contains(&label);
    match labels.iter().find(|label| !known(label)) {
        None => Ok(()),
        Some(label) => {
            let known = types.join(", ");
            Err(Failure::usage(format!("--labels: wanted types of the model ({known}), found `{label}`")))
        }
    }
}

/// A run of `alam tag` in progress.
struct Run<'a> {
    plan: &'a TagPlan,
    tagger: &'a Tagger,
    gazetteer: Option<&'a Gazetteer>,
    writer: &'a mut dyn Writer,
    progress: Progress,
}

impl Run<'_> {
    /// Tags all inputs, in order.
    fn all(&mut self, inputs: Vec<PathBuf>) -> Result<Outcome, Failure> {
        let queue = std::sync::Arc::new(Queue::new(READ_AHEAD));
        let sink = queue.clone();
        let options = self.plan.read.clone();
        let inputs = walk::files(inputs).without(self.plan.output.as_deref());
        // Not joined: where it waits for standard input after an interrupt, nothing would wake it.
        std::thread::spawn(move || {
            read(inputs, &options, &sink);
            sink.close();
        });
        let bytes = self.plan.model.bytes_at_once().min(READ_AHEAD);
        let end = loop {
            if interrupt::asked() {
                break Ok(Outcome::Interrupted);
            }
            match queue.take(bytes, PATIENCE) {
                Taken::Wait => self.progress.tell(),
                Taken::End => break Ok(Outcome::Clean),
                Taken::Batch(batch) => {
                    if let Err(failure) = self.batch(batch) {
                        break Err(failure);
                    }
                }
            }
        };
        queue.close();
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
        let mut documents = Vec::new();
        let mut order = Vec::new();
        for record in batch {
            match record {
                Ok(document) => {
                    documents.push(document);
                    order.push(None);
                }
                Err(error) => order.push(Some(error)),
            }
        }
        let mut documents = self.tag(documents).into_iter();
        for error in order {
            match error {
                Some(error) => self.failed(&error)?,
                None => match documents.next() {
                    Some(Ok(document)) => self.write(document)?,
                    Some(Err((id, error))) => self.failed(&Error::record(id, error.to_string()))?,
                    None => {}
                },
            }
        }
        self.writer.flush()?;
        self.progress.tell();
        Ok(())
    }

    /// Tags documents together; where that fails, one by one, so that one cannot spoil the others.
    fn tag(&self, mut documents: Vec<Document>) -> Vec<Result<Document, (String, Error)>> {
        if self.tagger.tag_all(&mut documents).is_ok() {
            return documents.into_iter().map(Ok).collect();
        }
        let one = |document: Document| {
            let mut one = [document];
            let result = self.tagger.tag_all(&mut one);
            let [document] = one;
            result.map(|()| document.clone()).map_err(|error| (document.id, error))
        };
        documents.into_iter().map(one).collect()
    }

    fn write(&mut self, mut document: Document) -> Result<(), Failure> {
        let plan = self.plan;
        if let Some(gazetteer) = self.gazetteer {
            gazetteer.apply(&mut document);
        }
        document.entities.retain(|e| {
            e.score.is_none_or(|score| score >= plan.min_score)
                && (plan.labels.is_empty() || plan.labels.iter().any(|label| **label == *e.label))
        });
        if plan.group {
            group(&mut document.entities, &document.text);
        }
        self.writer.write(&document)?;
        self.progress.done.count(&document);
        Ok(())
    }

    fn failed(&mut self, error: &Error) -> Result<(), Failure> {
        if self.plan.on_error == OnError::Fail {
            return Err(Failure::Record(error.to_string()));
        }
        self.progress.failed(error);
        let (id, message) = super::place_of(error);
        Ok(self.writer.write_failed(&id, &message)?)
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
            let bytes = document.as_ref().map_or(1, |d| d.text.len()) + 64;
            if !queue.put(document, bytes) {
                return;
            }
        }
    }
}
