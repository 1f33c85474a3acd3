//! Sentences that stand in two sets.

use super::set::Set;
use alam::document::Document;
use alam::segment;
use rayon::prelude::*;
use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};

/// Words of a sentence at least: shorter ones stand everywhere.
const WORDS: usize = 5;

/// What two sets have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// The name of the first set.
    pub first: String,
    /// The name of the second set.
    pub second: String,
    /// Whether one is learnt from and the other one measured on.
    pub leak: bool,
    /// Sentences of the second one that stand in the first one, too.
    pub sentences: usize,
    /// All sentences of the second one with as many words as count.
    pub of: usize,
}

/// Of each two sets that have some in common.
pub(super) fn of(sets: &[Set<'_>]) -> Vec<Shared> {
    let sentences: Vec<Vec<String>> = sets.iter().map(|set| long(set.documents)).collect();
    let mut shared = Vec::new();
    for (at, first) in sets.iter().enumerate() {
        let known: HashSet<&String> = sentences[at].iter().collect();
        for (beside, second) in sets.iter().enumerate().skip(at + 1) {
            let common = sentences[beside].iter().filter(|sentence| known.contains(sentence)).count();
            if common > 0 {
                shared.push(Shared {
                    first: first.name.to_owned(),
                    second: second.name.to_owned(),
                    leak: first.dev != second.dev,
                    sentences: common,
                    of: sentences[beside].len(),
                });
            }
        }
    }
    shared
}

/// Their words, one blank between each two.
fn long(documents: &[Document]) -> Vec<String> {
    let of = |document: &Document| -> Vec<String> {
        let sentences = segment::sentences(document);
        let long = sentences.iter().filter(|sentence| sentence.words.len() >= WORDS);
        let words = long.map(|s| s.words.iter().map(|word| word.of(&document.text)).collect::<Vec<_>>().join(" "));
        words.collect()
    };
    documents.par_iter().flat_map_iter(of).collect()
}

impl Display for Shared {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Shared { first, second, sentences, of, leak } = self;
        let what = if *leak { "LEAK: " } else { "" };
        write!(f, "{what}{sentences} of {of} sentences of {second} stand in {first}, too")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_in_both_are_counted_and_a_leak_is_called_one() {
        let document = |text: &str| Document { text: text.into(), ..Document::default() };
        let train = [document("زار الرئيس بوتين مدينة القاهرة. نعم.")];
        let dev = [document("نعم. زار الرئيس بوتين مدينة القاهرة."), document("زار الرئيس ماكرون مدينة القاهرة.")];
        let set = |name, documents, dev| Set { name, documents, dev };
        let found = of(&[set("train", &train, false), set("dev", &dev, true)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "LEAK: 1 of 2 sentences of dev stand in train, too");
        assert_eq!(of(&[set("a", &train, false), set("b", &dev[1..], false)]), []);
    }
}
