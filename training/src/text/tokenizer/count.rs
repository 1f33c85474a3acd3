//! How often each word occurs in raw text.

use crate::Error;
use crate::text::corpus::raw::Blocks;
use alam::normalise::Normaliser;
use alam::segment::segment;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// When a file has more different words than this, those seen once so far are forgotten: memory stays bounded.
const MOST_WORDS: usize = 6_000_000;

/// Words in the model's spelling, with their number of occurrences, in the order of their letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<String, u64>);

impl Counts {
    /// Counts the words of files, which are read in blocks.
    pub fn of_files(paths: &[PathBuf]) -> Result<Counts, Error> {
        let mut total = HashMap::new();
        let together = rayon::current_num_threads().max(1) * 4;
        for path in paths {
            let mut blocks = Blocks::open(path)?;
            loop {
                let some = blocks.by_ref().take(together).collect::<Result<Vec<_>, _>>()?;
                if some.is_empty() {
                    break;
                }
                let counted: Vec<_> = some.par_iter().map(|block| of_text(block)).collect();
                for (word, count) in counted.into_iter().flatten() {
                    *total.entry(word).or_insert(0) += count;
                }
                if total.len() > MOST_WORDS {
                    total.retain(|_, count| *count > 1);
                }
            }
        }
        Ok(Counts(total.into_iter().collect()))
    }

    /// Counts the words of one text.
    pub fn of_text(text: &str) -> Counts {
        Counts(of_text(text).into_iter().collect())
    }

    /// Words and their counts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(word, &count)| (word.as_str(), count))
    }

    /// Number of different words.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn of_text(text: &str) -> HashMap<String, u64> {
    let mut raw: HashMap<&str, u64> = HashMap::new();
    for line in text.lines() {
        for word in segment(line).iter().flat_map(|sentence| &sentence.words) {
            *raw.entry(word.of(line)).or_insert(0) += 1;
        }
    }
    let mut counts = HashMap::with_capacity(raw.len());
    for (word, count) in raw {
        *counts.entry(Normaliser::FULL.word(word).to_lowercase()).or_insert(0) += count;
    }
    counts
}

/// Adds up counts of the same word.
pub(super) fn sum<'a>(words: impl Iterator<Item = (&'a str, u64)>) -> BTreeMap<&'a str, u64> {
    let mut total = BTreeMap::new();
    for (word, count) in words {
        *total.entry(word).or_insert(0) += count;
    }
    total
}
