//! The second look: the frequent names over time, and which of them are in documents together.

use super::spill::Spill;
use super::{Day, Limits, Name, Step};
use crate::Error;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// Frequent names over time. Documents without a date are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Time {
    /// What a point stands for.
    pub step: Step,
    /// The points, without a gap.
    pub points: Vec<String>,
    /// Documents at each point.
    pub documents: Vec<u64>,
    /// Documents with each name at each point.
    pub names: Vec<Course>,
}

/// One name over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Course {
    /// The name.
    #[serde(flatten)]
    pub name: Name,
    /// Documents that mention it at each point.
    pub course: Vec<u64>,
}

/// Which of the most frequent names are in documents together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Together {
    /// The names.
    pub names: Vec<Name>,
    /// Two of them each, the most frequent pair first.
    pub pairs: Vec<Pair>,
}

/// Two names that are in documents together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Pair {
    /// The positions of the two.
    pub names: [usize; 2],
    /// Documents that mention both.
    pub documents: u64,
    /// Which share that is of the documents that mention the rarer of the two.
    pub share: f64,
}

/// Counts of a step: all documents, and those with each name.
type Point = (u64, Vec<u64>);

/// Looks through the documents for these names, the most frequent first.
pub(super) fn count(spill: Spill, names: &[Name], limits: &Limits) -> Result<(Option<Time>, Together), Error> {
    let places: HashMap<u32, usize> = names.iter().enumerate().map(|(place, name)| (name.id, place)).collect();
    let mut days: BTreeMap<Day, Point> = BTreeMap::new();
    let mut pairs: BTreeMap<[usize; 2], u64> = BTreeMap::new();
    for document in spill.documents()? {
        let (day, ids) = document?;
        let mut found: Vec<usize> = ids.iter().filter_map(|id| places.get(id).copied()).collect();
        found.sort_unstable();
        if let Some(day) = day {
            let point = days.entry(day).or_insert_with(|| (0, vec![0; names.len().min(limits.over_time)]));
            point.0 += 1;
            found.iter().for_each(|&place| point.1.get_mut(place).map_or((), |count| *count += 1));
        }
        found.retain(|&place| place < limits.together);
        for (index, &a) in found.iter().enumerate() {
            for &b in &found[index + 1..] {
                *pairs.entry([a, b]).or_default() += 1;
            }
        }
    }
    let together: Vec<Name> = names.iter().take(limits.together).cloned().collect();
    let pair = |(names, documents): ([usize; 2], u64)| {
        let rarer = names.map(|name| together[name].documents).into_iter().min().unwrap_or(1).max(1);
        Pair { names, documents, share: documents as f64 / rarer as f64 }
    };
    let mut pairs: Vec<Pair> = pairs.into_iter().map(pair).collect();
    pairs.sort_by_key(|pair| Reverse(pair.documents));
    Ok((over_time(&days, names), Together { names: together, pairs }))
}

fn over_time(days: &BTreeMap<Day, Point>, names: &[Name]) -> Option<Time> {
    let (first, last) = (*days.keys().next()?, *days.keys().next_back()?);
    let step = Step::of(first, last);
    let (begin, end) = (step.number(first), step.number(last));
    let courses = days.values().next().map_or(0, |point| point.1.len());
    let points: Vec<String> = (begin..=end).map(|number| step.name(number)).collect();
    let mut documents = vec![0; points.len()];
    let mut course = vec![vec![0; points.len()]; courses];
    for (day, (all, with)) in days {
        let at = (step.number(*day) - begin) as usize;
        documents[at] += all;
        with.iter().zip(&mut course).for_each(|(count, course)| course[at] += count);
    }
    let names = names.iter().cloned().zip(course).map(|(name, course)| Course { name, course }).collect();
    Some(Time { step, points, documents, names })
}
