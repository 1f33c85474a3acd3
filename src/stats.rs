//! The names of a corpus: how often, in how many documents, when, and which together.
//!
//! Documents are counted as they come. What needs to know the frequent names first, time and company, is counted in a second
//! look at a temporary file that holds the names of each document as numbers, so that memory depends on the number of
//! different names alone, and that has a limit ([`Limits`]).

mod day;
mod limits;
mod name;
mod names;
pub mod page;
mod source;
mod spill;
mod together;

pub use day::{Day, Step};
pub use limits::Limits;
pub use name::Name;
pub use source::{Documents, Seen, read};
pub use together::{Pair, Time, Together};

use crate::Error;
use crate::group;
use name::{spelt, text};
use names::Names;
use serde::Serialize;
use spill::Spill;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The names of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kind {
    /// The type.
    #[serde(serialize_with = "text")]
    pub label: Arc<str>,
    /// Different names.
    pub names: u64,
    /// Mentions of them.
    pub mentions: u64,
    /// The most frequent ones.
    pub top: Vec<Name>,
}

/// What there is to know of a corpus.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stats {
    /// Documents.
    pub documents: u64,
    /// Those with a date.
    pub dated: u64,
    /// Records that could not be read, or had not been tagged.
    pub failed: u64,
    /// Mentions of names.
    pub mentions: u64,
    /// Different names.
    pub names: u64,
    /// Names that were forgotten for want of room.
    pub forgotten: u64,
    /// By type, the type with the most mentions first.
    pub types: Vec<Kind>,
    /// The most frequent names over time, where documents have dates.
    pub time: Option<Time>,
    /// Which of the most frequent names are in documents together.
    pub together: Together,
}

/// Counts documents.
#[derive(Debug)]
pub struct Counter {
    limits: Limits,
    names: Names,
    spill: Spill,
    documents: u64,
    dated: u64,
    failed: u64,
    mentions: BTreeMap<Arc<str>, u64>,
}

impl Counter {
    /// Nothing is counted yet.
    ///
    /// # Errors
    /// A temporary file that cannot be made.
    pub fn new(limits: Limits) -> Result<Counter, Error> {
        Ok(Counter {
            limits,
            names: Names::new(limits.names.max(2)),
            spill: Spill::new()?,
            documents: 0,
            dated: 0,
            failed: 0,
            mentions: BTreeMap::new(),
        })
    }

    /// A record that could not be read or tagged.
    pub fn failed(&mut self) {
        self.failed += 1;
    }

    /// One more document.
    ///
    /// # Errors
    /// A temporary file that cannot be written.
    pub fn add(&mut self, seen: &Seen) -> Result<(), Error> {
        self.documents += 1;
        self.dated += u64::from(seen.day.is_some());
        let numbers = group::numbers(seen.names.iter().map(|(label, name)| (label, name.as_str())));
        // A group goes by its fullest name; of two that are as full by the first.
        let mut fullest: BTreeMap<u32, (usize, &str)> = BTreeMap::new();
        for ((_, name), number) in seen.names.iter().zip(&numbers) {
            let words = name.split_whitespace().count();
            let best = fullest.entry(*number).or_insert((words, name));
            if words > best.0 {
                *best = (words, name);
            }
        }
        let mut ids: HashMap<u32, u32> = HashMap::new();
        for ((label, name), number) in seen.names.iter().zip(&numbers) {
            *self.mentions.entry(label.clone()).or_default() += 1;
            let full = fullest.get(number).map_or(name.as_str(), |best| best.1);
            let key = (label.clone(), spelt(full));
            let first = !ids.contains_key(number);
            let spelling = (name == full || spelt(name) == key.1).then_some(name.as_str());
            ids.insert(*number, self.names.count(key, spelling, first.then_some(seen.day)));
        }
        let mut ids: Vec<u32> = ids.into_values().collect();
        ids.sort_unstable();
        self.spill.put(seen.day, &ids)
    }

    /// All that there is to know.
    ///
    /// # Errors
    /// A temporary file that cannot be read.
    pub fn finish(self) -> Result<Stats, Error> {
        let Counter { limits, names, spill, documents, dated, failed, mentions } = self;
        let (different, forgotten) = (names.different(), names.forgotten());
        let all = names.sorted();
        let frequent: Vec<Name> = all.iter().take(limits.over_time.max(limits.together)).cloned().collect();
        let (time, together) = together::count(spill, &frequent, &limits)?;
        let mut types: BTreeMap<Arc<str>, Kind> = BTreeMap::new();
        for (label, mentions) in &mentions {
            let kind = Kind { label: label.clone(), names: 0, mentions: *mentions, top: Vec::new() };
            types.insert(label.clone(), kind);
        }
        for name in all {
            if let Some(kind) = types.get_mut(&name.label) {
                kind.names += 1;
                if limits.top == 0 || kind.top.len() < limits.top {
                    kind.top.push(name);
                }
            }
        }
        let mut types: Vec<Kind> = types.into_values().collect();
        types.sort_by_key(|kind| std::cmp::Reverse(kind.mentions));
        let mentions = mentions.values().sum();
        Ok(Stats { documents, dated, failed, mentions, names: different, forgotten, types, time, together })
    }
}

#[cfg(test)]
mod tests;
