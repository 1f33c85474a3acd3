//! Gold names that one of two models finds and the other one does not.

use alam::evaluate::Pair;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A name with its type, and how often.
pub(super) type Counted = (String, String, usize);

/// Such names, those that make most of the difference first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Finds {
    /// What the second one misses.
    pub(super) alone: Vec<Counted>,
    /// What the first one misses.
    pub(super) missed: Vec<Counted>,
}

impl Finds {
    /// Of the same documents in the same order.
    pub(super) fn of(first: &[Pair], second: &[Pair]) -> Finds {
        Finds { alone: lacking(first, second), missed: lacking(second, first) }
    }
}

fn lacking(of: &[Pair], other: &[Pair]) -> Vec<Counted> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (pair, other) in of.iter().zip(other) {
        let found = |pair: &Pair, at: usize| {
            let gold = &pair.gold[at];
            pair.predicted.iter().any(|name| name.span == gold.span && name.label == gold.label)
        };
        for at in (0..pair.gold.len()).filter(|&at| found(pair, at) && !found(other, at)) {
            let gold = &pair.gold[at];
            *counts.entry((gold.span.of(&pair.text).to_owned(), gold.label.to_string())).or_default() += 1;
        }
    }
    let mut counted: Vec<Counted> = counts.into_iter().map(|((text, label), count)| (text, label, count)).collect();
    counted.sort_by_key(|(_, _, count)| Reverse(*count));
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use alam::document::{Entity, Span};

    #[test]
    fn what_one_finds_alone_is_counted_by_its_letters() {
        let text = "مصر مصر قطر";
        let name = |at: usize| Entity::new(Span::new(text, at * 7, at * 7 + 6).unwrap(), "LOC");
        let gold = vec![name(0), name(1), name(2)];
        let pair =
            |predicted: Vec<Entity>| Pair { text: text.into(), gold: gold.clone(), predicted, ..Pair::default() };
        let finds = Finds::of(&[pair(vec![name(0), name(1)])], &[pair(vec![name(2)])]);
        assert_eq!(finds.alone, [("مصر".to_owned(), "LOC".to_owned(), 2)]);
        assert_eq!(finds.missed, [("قطر".to_owned(), "LOC".to_owned(), 1)]);
    }
}
