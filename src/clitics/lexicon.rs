//! First words of names, to tell a proclitic from a letter of the name where no model does.

use std::collections::HashSet;
use std::sync::LazyLock;

static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| unpack(include_str!("lexicon.txt")));

/// Whether a name begins with this word, spelt as the full normaliser spells it.
pub(super) fn knows(word: &str) -> bool {
    WORDS.contains(word)
}

fn unpack(text: &str) -> HashSet<String> {
    let mut words = HashSet::new();
    let mut word = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (same, letters) = line.split_at(line.len().min(1));
        let kept = word.char_indices().nth(same.parse().unwrap_or(0)).map_or(word.len(), |(at, _)| at);
        word.truncate(kept);
        word.push_str(letters);
        words.insert(word.clone());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::Normaliser;

    #[test]
    fn the_list_unpacks_to_sorted_words_that_the_normaliser_leaves_alone() {
        let text = include_str!("lexicon.txt");
        assert!(text.len() < 100_000, "{} bytes", text.len());
        assert_eq!(WORDS.len(), text.lines().filter(|line| !line.starts_with('#')).count());
        for word in WORDS.iter() {
            let letters = word.chars().all(|c| ('ء'..='ي').contains(&c));
            assert!(letters && word.chars().count() > 1, "{word}");
            assert_eq!(Normaliser::FULL.word(word), *word);
        }
    }

    #[test]
    fn what_every_newspaper_names_is_known() {
        for word in ["لبنان", "وليد", "فرنسا", "بيروت", "كمال", "باسم", "دمشق", "محمد", "لاذقيه", "وزاره"]
        {
            assert!(knows(word), "{word}");
        }
        for word in ["وبيروت", "للامم", "بالقاهره"] {
            assert!(!knows(word), "{word}");
        }
    }
}
