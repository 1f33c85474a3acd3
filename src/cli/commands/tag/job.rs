//! A batch job: the same tagging, into the parts of a folder that are there whole or not at all.

use super::failed::failed;
use super::names::Names;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::tag::{OnError, TagPlan};
use crate::cli::commands::interrupt;
use crate::cli::commands::progress::Progress;
use crate::cli::commands::queue::{Feeder, drain, fed};
use crate::cli::outcome::{Failure, Outcome, say};
use crate::formats::csv::{Cells, Mark, Separator};
use crate::formats::{Codec, InputFormat, OutputFormat, jsonl, text};
use crate::job::listing::Listed;
use crate::job::reading::Item;
use crate::job::{Counts, Found, Job, Manifest, Options, Shard};
use crate::tagger::fingerprint;
use crate::walk;
use crate::{Error, checksum};
use alam_models::{Device, Precision};
use std::collections::BTreeMap;
use std::path::Path;

/// Begins a job in a folder, or carries on with the one that is there.
pub(super) fn run(plan: &TagPlan, folder: &Path, shard: Shard, part_bytes: u64) -> Result<Outcome, Failure> {
    let mut progress = Progress::new(plan.quiet, Some(folder));
    for input in &plan.inputs {
        if input == Path::new("-") {
            let message = "--output: wanted a file for standard input, which cannot be read again, found a folder";
            return Err(Failure::usage(message));
        }
        walk::is_there(input).map_err(|error| Failure::unavailable(error.to_string()))?;
    }
    let names = Names::of(plan)?;
    let settings = Manifest::new(shard, settings(plan, &names, part_bytes)?);
    let options = Options { format: plan.format, write: plan.write, part_bytes, shard };
    let inputs = walk::files(plan.inputs.clone()).without(Some(folder)).counting(&progress.skipped).map(Listed::now);
    interrupt::listen();
    let job = Job::open(folder.to_path_buf(), options, settings, inputs)?;
    progress.expect(job.totals(), job.meter(), shard.of());
    found(&job, folder, &progress);
    let mut run = Run { plan, names, job, progress };
    let outcome = run.all().map_err(resumable)?;
    let Run { job, mut progress, .. } = run;
    progress.tell_alike();
    progress.tell_files(&plan.read.jsonl.notes);
    let summary = progress.summary(outcome, job.counts());
    job.finish(&summary)?;
    if summary.complete && progress.done == Counts::default() {
        progress.note(&format!("{}: nothing was left to do", folder.display()));
    }
    let position = progress.position();
    progress.tell_end(&summary);
    plan.summary.as_deref().map_or(Ok(()), |file| summary.write(file))?;
    if outcome == Outcome::Interrupted {
        let (folder, documents) = (folder.display(), summary.documents + summary.failed);
        say(&format!(
            "{folder}: stopped at {position}; {documents} documents are in whole parts\ntip: this carries on: {}",
            command()
        ));
    }
    Ok(outcome)
}

/// Says what is there of an earlier run.
fn found(job: &Job, folder: &Path, progress: &Progress) {
    let Found { begun, parts, counts } = job.found();
    if *begun {
        let documents = counts.documents + counts.failed;
        let parts = if *parts == 1 { "1 part".to_owned() } else { format!("{parts} parts") };
        progress.note(&format!("{}: carrying on behind {parts} with {documents} documents", folder.display()));
    }
}

/// A failure in the middle of a job, with a word about what to do.
fn resumable(failure: Failure) -> Failure {
    let told = |message: String| format!("{message}\ntip: the job is stopped, and this carries on: {}", command());
    match failure {
        Failure::Record(message) => Failure::Record(told(message)),
        Failure::Unavailable(message) => Failure::Unavailable(told(message)),
        other => other,
    }
}

/// The command line that this process was begun with, as a shell takes it.
fn command() -> String {
    let quoted = |argument: std::ffi::OsString| {
        let argument = argument.to_string_lossy().into_owned();
        let plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%".contains(c);
        let bare = !argument.is_empty() && argument.chars().all(plain);
        if bare { argument } else { format!("'{}'", argument.replace('\'', "'\\''")) }
    };
    std::env::args_os().map(quoted).collect::<Vec<String>>().join(" ")
}

/// A run in progress.
struct Run<'a> {
    plan: &'a TagPlan,
    names: Names,
    job: Job,
    progress: Progress,
}

impl Run<'_> {
    fn all(&mut self) -> Result<Outcome, Failure> {
        let (reading, meter) = (self.job.reading(self.plan.read.clone()), self.job.meter());
        let queue = fed(move |feeder: &Feeder<(Result<Item, Error>, u64)>| {
            let mut put = |item: Item| {
                let bytes = if let Item::Record(Ok(document)) = &item { document.text.len() } else { 1 };
                feeder.put((Ok(item), meter.read_to()), bytes)
            };
            if let Err(error) = reading.run(&mut put) {
                feeder.put((Err(error), 0), 1);
            }
        })?;
        let end = drain(&queue, self.plan.model.bytes_at_once(), |batch| self.batch(batch))?;
        match end {
            Outcome::Clean if self.job.counts().failed > 0 && self.plan.on_error != OnError::Report => {
                Ok(Outcome::SomeFailed)
            }
            end => Ok(end),
        }
    }

    /// Tags the documents of a batch together, then writes them into their parts. With each item comes how far its reading was.
    fn batch(&mut self, batch: Vec<(Result<Item, Error>, u64)>) -> Result<(), Failure> {
        let mut records = Vec::new();
        let mut others = Vec::new();
        let mut place = 0;
        for (item, read_to) in batch {
            place = read_to.max(place);
            match item? {
                Item::Record(record) => {
                    records.push(record);
                    others.push(None);
                }
                other => others.push(Some(other)),
            }
        }
        let Some(records) = self.names.tag(records) else { return Ok(()) };
        let mut records = records.into_iter();
        for other in others {
            match (other, records.by_ref()) {
                (Some(Item::Damaged(error)), _) => self.progress.say(&format!("{error}\nit is made again")),
                (Some(item), _) => self.job.take(item)?,
                (None, records) => match records.next() {
                    Some(Ok(document)) => {
                        self.job.write(&document)?;
                        self.progress.count(&document);
                    }
                    Some(Err(error)) => {
                        failed(self.plan, &mut self.progress, &error)?;
                        self.job.write_failed(&error)?;
                    }
                    None => {}
                },
            }
        }
        self.job.meter().done_to(place);
        self.progress.tell();
        Ok(())
    }
}

/// All that decides the bytes of the output, by the flags that say it.
fn settings(plan: &TagPlan, names: &Names, part_bytes: u64) -> Result<BTreeMap<String, String>, Failure> {
    let TagPlan { read, format, write, min_score, labels, gazetteer, group, model, .. } = plan;
    let ModelArgs { convention, keep_clitics, sentences_apart, .. } = model;
    let how = names.tagger.options();
    let mut settings = BTreeMap::new();
    let mut set = |flag: &str, value: String| settings.insert(flag.to_string(), value);
    set("--model", format!("sha256:{}", fingerprint(&model.source()?, how.device, how.precision)?));
    set("--device", if how.device == Device::Cpu { "cpu".into() } else { "cuda".into() });
    set("--precision", if how.precision == Precision::Int8 { "int8".into() } else { "f32".into() });
    set("--format", name(*format, OutputFormat::ALL).into());
    set("--offset-unit", write.unit.name().into());
    set("--text-field", read.jsonl.text_field.clone());
    set("--date-field", read.jsonl.date_field.clone());
    set("--part-bytes", part_bytes.to_string());
    set("--max-document-bytes", read.jsonl.longest.0.to_string());
    if write.codec != Codec::default() {
        set("--parquet-codec", name(write.codec, Codec::ALL).into());
    }
    if let Some(format) = read.format {
        set("--input-format", name(format, InputFormat::ALL).into());
    }
    let optional = [
        ("--convention", convention.clone()),
        ("--id-field", read.jsonl.id_field.clone()),
        ("--delimiter", read.delimiter.map(|separator| name(separator, Separator::ALL).into())),
        ("--labels", (!labels.is_empty()).then(|| labels.join(","))),
        ("--label-names", (!model.label_names.is_empty()).then(|| model.label_names.join(","))),
        ("--min-score", (*min_score > 0.0).then(|| min_score.to_string())),
    ];
    for (flag, value) in optional {
        value.map(|value| set(flag, value));
    }
    for (flag, value) in crate::cli::args::reading::settings(read) {
        set(flag, value.into());
    }
    let switches = [
        ("--group", *group),
        ("--keep-clitics", *keep_clitics),
        ("--sentences-apart", *sentences_apart),
        ("--lines", read.unit == text::Unit::Line),
        ("--with-text", write.text == jsonl::Text::With),
        ("--csv-safe", write.cells == Cells::Safe),
        ("--bom", write.mark == Mark::With),
    ];
    for (flag, on) in switches {
        on.then(|| set(flag, "yes".into()));
    }
    if let Some(path) = gazetteer {
        let sum = checksum::of_file(path).map_err(|e| Error::io(path, e))?;
        set("--gazetteer", format!("sha256:{sum}"));
    }
    Ok(settings)
}

/// What users type for one of a closed set.
fn name<T: PartialEq>(value: T, all: &[(T, &'static str)]) -> &'static str {
    all.iter().find(|(known, _)| *known == value).map_or("none", |(_, name)| name)
}
