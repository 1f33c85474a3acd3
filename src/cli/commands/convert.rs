//! `alam convert`: tagged documents in another format, with a word about what the other format cannot hold.

mod lost;

use super::apart::Plan;
use super::interrupt;
use super::output::Output;
use super::progress::Progress;
use super::queue::{READ_AHEAD, drain, fed, feed};
use crate::cli::args::ConvertArgs;
use crate::cli::outcome::{Failure, Outcome};
use crate::formats::csv::Cells;
use crate::formats::jsonl::Tagged;
use crate::formats::{self, OutputFormat, ReadOptions, Writer, conll, jsonl};
use crate::job::checked::checked;
use crate::scheme::Strays;
use crate::walk;
use lost::Lost;
use std::path::{Path, PathBuf};

/// What a name costs that is without a text while it waits.
const NAME: usize = 100;

/// Runs the command.
pub(crate) fn run(args: ConvertArgs) -> Result<Outcome, Failure> {
    let tags = if args.lenient { conll::Tags::Lenient } else { conll::Tags::Strict };
    let mut read = args.tags.meant(args.input.options(jsonl::Entities::Read, tags, args.input_offset_unit));
    read.jsonl.tags.strays = if args.lenient { Strays::Begin } else { Strays::Refuse };
    let notes = read.jsonl.notes.clone();
    let path = args.output.as_deref().filter(|path| path.as_os_str() != "-");
    let none = || Failure::usage("--format: wanted a format, or an --output whose name says it, found neither");
    let format = OutputFormat::of_output(path, args.format)?.ok_or_else(none)?;
    let write = args.tables.options(format, args.offset_unit, jsonl::Text::With, Cells::AsTheyAre)?;
    apart(&args, path, format)?;
    interrupt::listen();
    let mut output = Output::open(path, format)?;
    let mut writer = output.writer(format, write)?;
    let mut run = Run { writer: &mut *writer, progress: Progress::new(args.quiet, path), lost: Lost::of(format) };
    run.all(args.inputs, path, read).map_err(|failure| failure.at(path))?;
    let Run { progress, lost, .. } = run;
    drop(writer);
    // Asked once: behind this a file is put in its place, and then it was not stopped.
    let stopped = interrupt::asked();
    if stopped && path.is_some() {
        progress.say("interrupted, and so nothing was written");
        return Ok(Outcome::Interrupted);
    }
    output.commit()?;
    progress.tell_files(&notes);
    for message in lost.messages() {
        progress.note(&message);
    }
    let outcome = match (stopped, progress.done.failed > 0) {
        (true, _) => Outcome::Interrupted,
        (_, true) => Outcome::SomeFailed,
        (_, false) => Outcome::Clean,
    };
    progress.finish(outcome, None)?;
    Ok(outcome)
}

/// Refuses an output that is an input.
fn apart(args: &ConvertArgs, path: Option<&Path>, format: OutputFormat) -> Result<(), Failure> {
    let output = path.map(|path| ("--output", path));
    let plan = Plan { inputs: &args.inputs, ..Plan::default() };
    match format {
        OutputFormat::Brat => Plan { folder: output, ..plan }.check(),
        _ => Plan { files: output.into_iter().collect(), ..plan }.check(),
    }
}

/// A run in progress.
struct Run<'a> {
    writer: &'a mut dyn Writer,
    progress: Progress,
    lost: Lost,
}

impl Run<'_> {
    fn all(&mut self, inputs: Vec<PathBuf>, path: Option<&Path>, read: ReadOptions) -> Result<(), Failure> {
        let inputs = checked(&inputs, walk::files(inputs.clone()).without(path).counting(&self.progress.skipped));
        let bytes = |document: &Tagged| match document {
            Tagged::Whole(document) => document.text.len(),
            Tagged::Bare(record) => record.entities.len() * NAME,
        };
        let queue = fed(move |feeder| feed(inputs, |path| formats::open_tagged(path, &read), bytes, feeder))?;
        drain(&queue, READ_AHEAD, |records| interrupt::whole_record(|| self.batch(records)))?;
        Ok(self.writer.finish()?)
    }

    fn batch(&mut self, records: Vec<Result<Tagged, crate::Error>>) -> Result<(), Failure> {
        for record in records.into_iter().take_while(|_| !interrupt::asked()) {
            match record.map(|document| self.document(document)) {
                Ok(Ok(())) => {}
                // A record that this format cannot hold.
                Ok(Err(error @ crate::Error::Record { .. })) | Err(error) => self.failed(&error)?,
                Ok(Err(error)) => return Err(error.into()),
            }
            self.progress.tell();
        }
        Ok(())
    }

    fn document(&mut self, document: Tagged) -> Result<(), crate::Error> {
        match document {
            Tagged::Whole(document) => {
                self.progress.note_columns(&document.id, document.columns);
                self.writer.write(&document)?;
                self.lost.count(&document);
                self.progress.done.count(&document);
            }
            Tagged::Bare(record) => {
                self.writer.write_record(&record)?;
                self.progress.done.count_record(&record);
            }
        }
        Ok(())
    }

    fn failed(&mut self, error: &crate::Error) -> Result<(), Failure> {
        self.progress.failed(error);
        let (id, message) = error.place();
        Ok(self.writer.write_failed(&id, &message)?)
    }
}
