//! Which tag may follow which, as tables for many sentences.

use crate::labels::Labels;
use serde::{Deserialize, Serialize};

/// How tags are chosen from scores.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decoding {
    /// The best tag of each word, whatever its neighbours.
    Greedy,
    /// The best sequence in which no `I-` lacks its `B-`.
    #[default]
    Constrained,
}

/// A transition table, ready for many sentences.
#[derive(Debug, Clone)]
pub struct Decoder {
    pub(super) labels: usize,
    /// What a sequence may begin with: 1, or 0.
    pub(super) start: Vec<f64>,
    /// Distinct sets of tags that may stand before a tag; few, as every `B-` has the same one.
    pub(super) before: Sets,
    /// Distinct sets of tags that may stand behind a tag.
    pub(super) behind: Sets,
}

impl Decoder {
    /// The transitions of a tag set.
    pub fn new(labels: &Labels, decoding: Decoding) -> Decoder {
        let n = labels.tags().len();
        let may = |previous: Option<usize>, next: usize| match decoding {
            Decoding::Greedy => true,
            Decoding::Constrained => labels.may_follow(previous, next),
        };
        Decoder {
            labels: n,
            start: (0..n).map(|next| if may(None, next) { 1.0 } else { 0.0 }).collect(),
            before: Sets::new(n, |tag, previous| may(Some(previous), tag)),
            behind: Sets::new(n, |tag, next| may(Some(tag), next)),
        }
    }
}

/// For each tag, one of a few sets of tags.
#[derive(Debug, Clone, Default)]
pub(super) struct Sets {
    pub(super) sets: Vec<Vec<usize>>,
    pub(super) of: Vec<usize>,
}

impl Sets {
    fn new(labels: usize, allowed: impl Fn(usize, usize) -> bool) -> Sets {
        let mut sets = Sets::default();
        for tag in 0..labels {
            let set: Vec<usize> = (0..labels).filter(|&other| allowed(tag, other)).collect();
            let number = sets.sets.iter().position(|s| *s == set).unwrap_or_else(|| {
                sets.sets.push(set);
                sets.sets.len() - 1
            });
            sets.of.push(number);
        }
        sets
    }

    /// For each tag, the sum over its set.
    pub(super) fn sums(&self, row: &[f64], sums: &mut [f64], of_tags: &mut [f64]) {
        for (sum, set) in sums.iter_mut().zip(&self.sets) {
            *sum = set.iter().map(|&i| row[i]).sum();
        }
        of_tags.iter_mut().zip(&self.of).for_each(|(of_tag, &set)| *of_tag = sums[set]);
    }

    /// The set of a tag.
    pub(super) fn set(&self, tag: usize) -> &[usize] {
        &self.sets[self.of[tag]]
    }
}
