//! The tokens that every vocabulary has before anything is learnt: special ones, letters, and numbers of two digits.

use super::count::Counts;
use super::special::{CONTINUING, SPECIAL, UNUSED};
use std::collections::{BTreeMap, BTreeSet};

/// Letters after folding, with those of Persian and of the Maghreb that foreign names are written with.
const ARABIC: &str = "ءابتثجحخدذرزسشصضطظعغفقكلمنهويؤئپچژگڤڨڭ";

/// Marks of Arabic text that are not ASCII.
const MARKS: &str = "،؛؟…“”‘’«»–—•";

/// A character joins the alphabet where it is more than one in so many.
const RARE: u64 = 2_000_000;

/// Tokens in the order of their ids: special, unused, single characters at the start of a word, then inside one, then
/// numbers of two digits. Years and scores would otherwise fill the vocabulary; so they are two digits a piece.
pub(super) fn seeds(counts: &Counts) -> Vec<String> {
    let mut seeds: Vec<String> = SPECIAL.iter().map(|s| s.to_string()).collect();
    seeds.extend((0..UNUSED).map(|i| format!("[unused{i}]")));
    let characters = characters(counts);
    seeds.extend(characters.iter().map(|c| c.to_string()));
    seeds.extend(characters.iter().filter(|&&c| joins(c)).map(|c| format!("{CONTINUING}{c}")));
    seeds.extend((0..100).map(|n| format!("{n:02}")));
    seeds.extend((0..100).map(|n| format!("{CONTINUING}{n:02}")));
    seeds
}

fn characters(counts: &Counts) -> BTreeSet<char> {
    let mut seen: BTreeMap<char, u64> = BTreeMap::new();
    for (word, count) in counts.iter() {
        for c in word.chars() {
            *seen.entry(c).or_insert(0) += count;
        }
    }
    let total: u64 = seen.values().sum();
    let frequent = seen.into_iter().filter(|&(_, n)| n > total / RARE).map(|(c, _)| c);
    let given = ARABIC.chars().chain(MARKS.chars()).chain('!'..='~').filter(|c| !c.is_ascii_uppercase());
    frequent.filter(|c| !c.is_whitespace() && *c != char::REPLACEMENT_CHARACTER).chain(given).collect()
}

/// Whether a character can continue a word: the tokenizer cuts around punctuation, so that never does.
fn joins(c: char) -> bool {
    c.is_alphanumeric() || !(c.is_ascii_punctuation() || MARKS.contains(c))
}

/// The single characters among the seeds that words are learnt from; digits are not.
pub(super) fn letters(seeds: &[String]) -> BTreeSet<char> {
    let single = seeds.iter().filter_map(|s| s.strip_prefix(CONTINUING)).filter_map(|s| {
        let mut characters = s.chars();
        characters.next().filter(|_| characters.next().is_none())
    });
    single.filter(|c| !c.is_ascii_digit()).collect()
}

/// The runs of a word that are made of letters; nothing is learnt from the rest. Letters behind a digit are as rare as
/// they are odd.
pub(super) fn units<'a>(word: &'a str, letters: &BTreeSet<char>) -> impl Iterator<Item = &'a str> {
    word.split(|c| !letters.contains(&c)).filter(|unit| !unit.is_empty())
}
