//! Where names begin that are written together with a particle: `لبوتين` is the name `بوتين` behind `ل`.

use super::Pair;
use crate::document::{Entity, Span};
use crate::normalise::Normaliser;
use crate::segment;
use std::collections::{BTreeMap, HashMap};

/// How many names of a kind begin where they should.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Onset {
    /// Gold names.
    pub names: usize,
    /// Of these, those that a prediction of their type, their end and their first word stands for.
    pub found: usize,
    /// Of these, those whose beginning is exact.
    pub exact: usize,
}

impl Onset {
    /// Share of the names found whose beginning is exact; 0 if none was found.
    pub fn share(self) -> f64 {
        if self.found == 0 { 0.0 } else { self.exact as f64 / self.found as f64 }
    }

    fn add(&mut self, found: bool, exact: bool) {
        self.names += 1;
        self.found += usize::from(found);
        self.exact += usize::from(exact);
    }
}

/// Beginnings of names, by what stands before them in their word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Onsets {
    /// Names that begin with their word.
    pub bare: Onset,
    /// Names that begin inside a word.
    pub joined: Onset,
    /// Names that begin inside a word, by the letters before them, without vowel marks and tatweel.
    pub particles: BTreeMap<String, Onset>,
}

impl Onsets {
    /// Of all gold names; words are the segmenter's.
    pub fn of(pairs: &[Pair]) -> Onsets {
        let mut onsets = Onsets::default();
        let plain = Normaliser { marks: true, tatweel: true, forms: true, ..Normaliser::default() };
        for pair in pairs {
            let words: Vec<Span> = segment::segment(&pair.text).into_iter().flat_map(|s| s.words).collect();
            let mut by_end: HashMap<usize, Vec<&Entity>> = HashMap::new();
            pair.predicted.iter().for_each(|p| by_end.entry(p.span.end()).or_default().push(p));
            for name in &pair.gold {
                let start = name.span.start();
                let behind = words.partition_point(|word| word.end() <= start);
                let word = words.get(behind).map_or(start, |word| word.start().min(start));
                let end = words.get(behind).map_or(name.span.end(), |word| word.end());
                let stands_for = |p: &&&Entity| p.label == name.label && (word..end).contains(&p.span.start());
                let prediction = by_end.get(&name.span.end()).and_then(|few| few.iter().find(stands_for));
                let (found, exact) = (prediction.is_some(), prediction.is_some_and(|p| p.span == name.span));
                if word == start {
                    onsets.bare.add(found, exact);
                } else {
                    onsets.joined.add(found, exact);
                    let particle = plain.word(&pair.text[word..start]).into_owned();
                    onsets.particles.entry(particle).or_default().add(found, exact);
                }
            }
        }
        onsets
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::pair;
    use super::*;

    #[test]
    fn beginnings_are_counted_by_the_letters_before_them() {
        let names = [
            ("بوتين", "PER", None),
            ("بوتين", "PER", Some(0.9)),
            ("بيروت", "LOC", None),
            ("وبيروت", "LOC", Some(0.9)),
            ("موسكو", "LOC", None),
            ("دمشق", "LOC", None),
            ("دمشق", "LOC", Some(0.9)),
        ];
        let onsets = Onsets::of(&[pair("قال لِبوتين وبيروت وموسكو إن دمشق", &names)]);
        assert_eq!(onsets.bare, Onset { names: 1, found: 1, exact: 1 });
        assert_eq!(onsets.joined, Onset { names: 3, found: 2, exact: 1 });
        assert_eq!(onsets.particles["ل"], Onset { names: 1, found: 1, exact: 1 });
        assert_eq!(onsets.particles["و"], Onset { names: 2, found: 1, exact: 0 });
        assert_eq!(onsets.joined.share(), 0.5);
    }

    #[test]
    fn a_name_that_begins_in_another_word_is_not_found() {
        let names = [("بوتين", "PER", None), ("الرئيس بوتين", "PER", Some(0.9))];
        let onsets = Onsets::of(&[pair("قال الرئيس بوتين", &names)]);
        assert_eq!(onsets.bare, Onset { names: 1, found: 0, exact: 0 });
        let names = [("بوتين", "PER", None), ("لرئيس وبوتين", "PER", Some(0.9))];
        let onsets = Onsets::of(&[pair("قال لرئيس وبوتين", &names)]);
        assert_eq!(onsets.joined, Onset { names: 1, found: 0, exact: 0 });
    }

    #[test]
    fn a_share_of_nothing_is_zero() {
        assert_eq!(Onsets::of(&[]).bare.share(), 0.0);
    }
}
