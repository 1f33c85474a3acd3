//! `alam eval`: scores of a model, or of predictions, against gold.

mod context;
mod report;
mod scored;
mod table;

use super::apart::Plan;
use super::interrupt;
use super::output::Screen;
use super::progress::Progress;
use crate::cli::args::eval::EvalArgs;
use crate::cli::outcome::{Failure, Outcome, say};
use crate::evaluate::gold::{self, Gold};
use crate::evaluate::predictions::Predictions;
use crate::evaluate::{Pair, running};
use crate::formats::ReadOptions;
use crate::formats::conll::Columns;
use crate::scheme::{Asked, Code};
use crate::walk::Skipped;
use crate::{Document, Entity, Error};
use report::Report;
use scored::Scored;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Words that are tagged between two looks at the clock.
const WORDS: usize = 1 << 12;
/// Defects that are reported one by one.
const DEFECTS: usize = 20;

/// Names of each gold document.
type Names = Vec<Vec<Entity>>;

/// Runs the command.
pub(crate) fn run(args: EvalArgs) -> Result<Outcome, Failure> {
    let inputs: Vec<PathBuf> =
        [Some(&args.gold), args.predicted.as_ref(), args.against.as_ref()].into_iter().flatten().cloned().collect();
    Plan { inputs: &inputs, ..Plan::default() }.check()?;
    interrupt::listen();
    let options = args.gold_options();
    let skipped = Skipped::default();
    let mut gold = gold::read(&args.gold, &options, &skipped).map_err(unscorable)?;
    tell_skipped(&args, &args.gold, &skipped);
    let noted = gold.iter().filter_map(|gold| Some((gold.document.id.as_str(), gold.document.columns?))).collect();
    tell(&args, noted, &options);
    let against = args.against.as_deref().map(|path| predictions(path, &args, &gold)).transpose()?;
    let (predicted, known) = match &args.predicted {
        Some(path) => (predictions(path, &args, &gold)?, Vec::new()),
        None => tag(&args, &gold)?,
    };
    if interrupt::asked() {
        say("interrupted, and so nothing is scored");
        return Ok(Outcome::Interrupted);
    }
    if args.raw {
        gold.iter_mut().filter(|gold| gold.tokens.is_some()).for_each(run_on);
    }
    check_labels(&args.labels, &gold, &[Some(&predicted), against.as_ref()], &known)?;
    let pairs = |predicted| pairs(&gold, predicted, &args.labels);
    let scored = Scored { pairs: pairs(predicted), against: against.map(pairs), gold };
    let report = Report::new(&args, &scored);
    let printed = if args.json { report.to_json() } else { table::of(&report) };
    Screen::new().write_all(printed.as_bytes())?;
    if !args.quiet && report.micro.support == 0 {
        say(&format!("{}: wanted documents with names, found none that is scored", args.gold.display()));
    }
    match args.fail_under {
        Some(wanted) if report.micro.f1 < wanted => {
            say(&format!("--fail-under: wanted a micro F1 of {wanted} or more, found {:.4}", report.micro.f1));
            Ok(Outcome::SomeFailed)
        }
        _ => Ok(Outcome::Clean),
    }
}

/// Defects of what should be scored: all are said, the last by whoever gets this failure.
fn unscorable(defects: Vec<Error>) -> Failure {
    let more = defects.len().saturating_sub(DEFECTS);
    let mut messages: Vec<String> = defects.iter().take(DEFECTS).map(Error::to_string).collect();
    if more > 0 {
        messages.push(format!("{more} more like these"));
    }
    let last = messages.pop().unwrap_or_default();
    messages.iter().for_each(|message| say(message));
    Failure::unavailable(last)
}

/// Says how columns were read, once of each way, and what else there is to say of files.
fn tell(args: &EvalArgs, mut noted: Vec<(&str, Columns)>, options: &ReadOptions) {
    noted.sort_by_key(|(_, columns)| *columns);
    noted.dedup_by_key(|(_, columns)| *columns);
    let columns = noted.iter().map(|(id, columns)| format!("{id}: {columns}"));
    columns.chain(options.jsonl.notes.take()).filter(|_| !args.quiet).for_each(|note| say(&note));
}

/// Says what was passed over in a folder.
fn tell_skipped(args: &EvalArgs, folder: &Path, skipped: &Skipped) {
    if let Some(message) = skipped.message().filter(|_| !args.quiet) {
        say(&format!("{}: {message}", folder.display()));
    }
}

/// The predictions of a file for each gold document.
fn predictions(path: &Path, args: &EvalArgs, gold: &[Gold]) -> Result<Names, Failure> {
    let mut options = args.predicted_options();
    // Gold says how a tag is meant that continues nothing.
    let columns = |gold: &Gold| gold.document.columns.and_then(|columns| columns.scheme);
    if options.scheme == Asked::Auto && gold.iter().filter_map(columns).any(|scheme| scheme.code == Code::Iob1) {
        options.scheme = Asked::AutoOrIob1;
    }
    let skipped = Skipped::default();
    let predictions = Predictions::read(path, &options, &skipped).map_err(unscorable)?;
    tell_skipped(args, path, &skipped);
    let noted = predictions.noted().iter().map(|(columns, id)| (id.as_str(), *columns)).collect();
    tell(args, noted, &options);
    let names = predictions.pair(gold).map_err(|error| unscorable(vec![error]))?;
    tell(args, Vec::new(), &options);
    Ok(names)
}

/// The model's names for each gold document, and the types it knows.
fn tag(args: &EvalArgs, gold: &[Gold]) -> Result<(Names, Vec<Arc<str>>), Failure> {
    let tagger = args.model.load()?;
    let mut progress = Progress::new(args.quiet, None);
    let mut names = Vec::with_capacity(gold.len());
    let mut rest = gold;
    while !rest.is_empty() && !interrupt::asked() {
        let mut words = 0;
        let few = rest.iter().take_while(|gold| {
            words += gold.document.text.split_whitespace().count();
            words <= WORDS
        });
        let (part, behind) = rest.split_at(few.count().max(1));
        let mut documents: Vec<Document> = part.iter().map(|gold| asked(args, gold)).collect();
        tagger.tag_all(&mut documents)?;
        for (mut document, gold) in documents.into_iter().zip(part) {
            // How they were read has been said of the gold.
            document.columns = None;
            progress.count(&document);
            if gold.tokens.is_some() {
                document.entities.iter_mut().for_each(|name| name.span = name.token_span);
            }
            names.push(document.entities);
        }
        progress.tell();
        rest = behind;
    }
    progress.finish(Outcome::Clean, None)?;
    Ok((names, tagger.labels().types()))
}

/// What the model is asked: the gold's own words, or a text.
fn asked(args: &EvalArgs, gold: &Gold) -> Document {
    match args.raw {
        false => Document { entities: Vec::new(), ..gold.document.clone() },
        true if gold.tokens.is_none() => Document { entities: Vec::new(), sentences: None, ..gold.document.clone() },
        true => Document { entities: Vec::new(), sentences: None, ..running::join(&gold.document) },
    }
}

/// Makes running text of gold in words; each keeps its line.
fn run_on(gold: &mut Gold) {
    gold.document = running::join(&gold.document);
    if let Some(tokens) = &mut gold.tokens {
        tokens.sentences = gold.document.sentences.take().unwrap_or_default();
    }
}

/// Refuses types that nothing has: nothing would be scored.
fn check_labels(
    labels: &[String],
    gold: &[Gold],
    predicted: &[Option<&Names>],
    known: &[Arc<str>],
) -> Result<(), Failure> {
    let names = predicted.iter().copied().flatten().flatten().chain(gold.iter().map(|gold| &gold.document.entities));
    let mut types: Vec<&str> = names.flatten().map(|name| &*name.label).chain(known.iter().map(|t| &**t)).collect();
    types.sort_unstable();
    types.dedup();
    match labels.iter().find(|label| !types.contains(&label.as_str())) {
        None => Ok(()),
        Some(label) => {
            let there = types.join(", ");
            Err(Failure::usage(format!("--labels: wanted types that are there ({there}), found `{label}`")))
        }
    }
}

fn pairs(gold: &[Gold], predicted: Names, labels: &[String]) -> Vec<Pair> {
    let wanted = |name: &Entity| labels.is_empty() || labels.iter().any(|label| **label == *name.label);
    let pair = |(gold, predicted): (&Gold, Vec<Entity>)| Pair {
        id: gold.document.id.clone(),
        text: gold.document.text.clone(),
        gold: gold.document.entities.iter().filter(|name| wanted(name)).cloned().collect(),
        predicted: predicted.into_iter().filter(|name| wanted(name)).collect(),
    };
    gold.iter().zip(predicted).map(pair).collect()
}
