//! Different names with their counts, of which no more than a limit are held.

use super::{Day, Name};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A type and a name as it is compared.
pub(super) type Key = (Arc<str>, String);

/// Spellings of a name that are counted at most.
const SPELLINGS: usize = 8;

/// Lossy counting (Manku and Motwani, 2002): where there is no more room the rarer half is forgotten, and whatever comes
/// anew is marked with the number of mentions that may have been forgotten with it.
#[derive(Debug)]
pub(super) struct Names {
    names: HashMap<Key, Counted>,
    limit: usize,
    /// Mentions that a name not in the table had at most.
    missed: u64,
    forgotten: u64,
    next: u32,
}

#[derive(Debug)]
struct Counted {
    id: u32,
    mentions: u64,
    documents: u64,
    period: Option<(Day, Day)>,
    spellings: Vec<(Box<str>, u64)>,
    missed: u64,
}

impl Names {
    pub(super) fn new(limit: usize) -> Names {
        Names { names: HashMap::new(), limit, missed: 0, forgotten: 0, next: 0 }
    }

    /// Different names that were seen; one that was forgotten and came again counts twice.
    pub(super) fn different(&self) -> u64 {
        self.names.len() as u64 + self.forgotten
    }

    /// Names that were forgotten.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// One more mention; gives the name's number. `document` is the day of a document that did not mention it yet.
    pub(super) fn count(&mut self, key: Key, spelling: Option<&str>, document: Option<Option<Day>>) -> u32 {
        if self.names.len() >= self.limit && !self.names.contains_key(&key) {
            self.forget();
        }
        let (next, missed) = (self.next, self.missed);
        let counted = self.names.entry(key).or_insert_with(|| Counted {
            id: next,
            mentions: 0,
            documents: 0,
            period: None,
            spellings: Vec::new(),
            missed,
        });
        if counted.id == next {
            self.next = self.next.wrapping_add(1);
        }
        counted.mentions += 1;
        if let Some(day) = document {
            counted.documents += 1;
            if let Some(day) = day {
                let (first, last) = counted.period.unwrap_or((day, day));
                counted.period = Some((first.min(day), last.max(day)));
            }
        }
        if let Some(spelling) = spelling {
            let room = counted.spellings.len() < SPELLINGS;
            match counted.spellings.iter_mut().find(|(known, _)| **known == *spelling) {
                Some((_, count)) => *count += 1,
                None if room => counted.spellings.push((spelling.into(), 1)),
                None => {}
            }
        }
        counted.id
    }

    /// Drops the rarer half. Names as rare as the first that must go stay or go by their letters, never by chance.
    fn forget(&mut self) {
        let mut order: Vec<(Reverse<u64>, Key)> =
            self.names.iter().map(|(key, counted)| (Reverse(counted.mentions), key.clone())).collect();
        order.sort_unstable();
        for (_, key) in order.drain(self.limit / 2..) {
            if let Some(gone) = self.names.remove(&key) {
                self.missed = self.missed.max(gone.mentions + gone.missed);
                self.forgotten += 1;
            }
        }
    }

    /// All that are left, those with the most mentions first.
    pub(super) fn sorted(self) -> Vec<Name> {
        let sorted: BTreeMap<Key, Counted> = self.names.into_iter().collect();
        let mut names: Vec<Name> = sorted.into_iter().map(|(key, counted)| counted.name(key)).collect();
        names.sort_by_key(|name| Reverse((name.mentions, name.documents)));
        names
    }
}

impl Counted {
    fn name(self, (label, spelt): Key) -> Name {
        let mut spellings = self.spellings;
        spellings.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        // White space of a name may be any, a line's end too.
        let clean = |spelling: &str| spelling.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut spellings: Vec<String> = spellings.iter().map(|(spelling, _)| clean(spelling)).collect();
        let name = if spellings.is_empty() { spelt } else { spellings.remove(0) };
        spellings.retain(|other| *other != name);
        Name {
            name,
            label,
            mentions: self.mentions,
            documents: self.documents,
            first: self.period.map(|period| period.0),
            last: self.period.map(|period| period.1),
            spellings,
            missed: self.missed,
            id: self.id,
        }
    }
}
