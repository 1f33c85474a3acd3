//! How long the sequences of a training really were, and so up to where a model has learnt its positions.
//!
//! A row of the position table is learnt from the sequences that reach it and from nothing else: behind the last of them it
//! stays what it was drawn as, and names there vanish. A row that few sequences reach is hardly better, as batches hold
//! windows of like lengths: most steps do not touch it. So a position counts as learnt if one sequence in [`ONE_IN`] reaches
//! it. That is about where the first default model lost its names, behind 92 of 128 tokens: nearly all of its sequences
//! were shorter, though none of its positions was without any. A share and not a number, as a longer run over the same data
//! sees no longer text.

use serde::{Deserialize, Serialize};

/// A position is learnt if one in so many sequences reaches it.
pub const ONE_IN: u64 = 20;

/// Sequences by their length in tokens, special ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reach {
    /// How many have exactly that length.
    counts: Vec<u64>,
}

impl Reach {
    /// Counts one.
    pub fn add(&mut self, tokens: usize) {
        if self.counts.len() <= tokens {
            self.counts.resize(tokens + 1, 0);
        }
        self.counts[tokens] += 1;
    }

    /// The greatest length that one in [`ONE_IN`] sequences has or exceeds; 0 without sequences.
    pub fn learnt(&self) -> usize {
        let all: u64 = self.counts.iter().sum();
        let mut longer = 0;
        for (tokens, count) in self.counts.iter().enumerate().rev() {
            longer += count;
            if longer > 0 && longer * ONE_IN >= all {
                return tokens;
            }
        }
        0
    }
}

impl FromIterator<usize> for Reach {
    fn from_iter<I: IntoIterator<Item = usize>>(lengths: I) -> Reach {
        let mut reach = Reach::default();
        lengths.into_iter().for_each(|tokens| reach.add(tokens));
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_in_twenty_reach_is_learnt_and_what_fewer_reach_is_not() {
        let lengths = |long: usize| (0..200).map(move |i| if i < long { 128 } else { 10 + i % 30 });
        assert_eq!(lengths(10).collect::<Reach>().learnt(), 128);
        assert_eq!(lengths(9).collect::<Reach>().learnt(), 39);
        assert_eq!([7].into_iter().collect::<Reach>().learnt(), 7);
        assert_eq!(Reach::default().learnt(), 0);
    }

    #[test]
    fn it_does_not_depend_on_the_order_and_reads_back() {
        let mut reach: Reach = (1..200).collect();
        assert_eq!(reach, (1..200).rev().collect());
        reach.add(3000);
        let json = serde_json::to_string(&reach).unwrap();
        assert_eq!(serde_json::from_str::<Reach>(&json).unwrap(), reach);
    }
}
