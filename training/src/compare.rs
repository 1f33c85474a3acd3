//! Finished runs side by side, on the same dev documents: whether one is better than the other by more than chance, and which names
//! make the difference.

pub mod command;
mod finds;
mod page;
mod table;

use crate::Error;
use crate::data::corpora::Loaded;
use crate::finetune::dev;
use alam::evaluate::sampling::{Comparison, Sampling};
use alam::evaluate::{Evaluation, Pair, evaluate, tallies};
use alam::tagger::{Options, Source, Tagger};
use alam_models::Precision;
use finds::Finds;
use std::path::{Path, PathBuf};

/// A run's model on a dev set.
#[derive(Debug)]
struct Entry {
    /// The run's folder.
    run: String,
    /// Scores, with their interval.
    evaluation: Evaluation,
    /// Against the first run; `None` for itself.
    against: Option<(Comparison, Finds)>,
}

/// The runs on a dev set.
#[derive(Debug)]
struct Compared {
    /// The dev set's name.
    set: String,
    /// The runs, in the order in which they were given.
    entries: Vec<Entry>,
}

/// Tags a dev set by each model, under the set's convention where the model knows it, and compares each with the first.
fn compared(set: &Loaded, runs: &[PathBuf]) -> Result<Compared, Error> {
    let mut entries = Vec::new();
    let mut first: Option<Vec<Pair>> = None;
    for run in runs {
        let pairs = dev::pairs(set, dev::tag(set, &tagger(set, run)?)?);
        let evaluation = evaluate(&pairs, Sampling::default());
        let against = first.as_ref().map(|first| {
            let comparison = Sampling::default().compare(&tallies(&pairs), &tallies(first));
            (comparison, Finds::of(&pairs, first))
        });
        first.get_or_insert(pairs);
        entries.push(Entry { run: run.display().to_string(), evaluation, against });
    }
    Ok(Compared { set: set.corpus.name().to_owned(), entries })
}

fn tagger(set: &Loaded, run: &Path) -> Result<Tagger, Error> {
    let source = Source::Folder(run.to_path_buf());
    let options = Options { precision: Precision::Int8, ..dev::options(set) };
    let open = |convention: Option<String>| Tagger::load(&source, Options { convention, ..options.clone() });
    let first = open(None)?;
    let known = |name: &String| first.settings().conventions.contains(name);
    Ok(match options.convention.clone().filter(known) {
        None => first,
        convention => open(convention)?,
    })
}
