//! Which words can be part of a name, whatever a model says.
//!
//! و ف ب ل ك are written onto the word behind them; where one stands alone it is still no name, and `بيروت و دمشق` are two.
//! Among other single letters it is an initial (`أ ف ب`). What has no letter is no name either, nor is an emoji part of one.

use crate::document::Span;
use crate::labels::{Labels, Tag};
use crate::segment::class::{is_arabic_mark, is_invisible};

/// What a word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Any part of a name.
    Any,
    /// Any part of a name that has letters elsewhere.
    Letterless,
    /// A particle among single letters: part of a row of initials, and nothing alone.
    Initial,
    /// A lone و: amid the name of an organisation or a work (`وزارة التربية و التعليم`).
    And,
    /// No part of a name.
    None,
}

impl Part {
    fn of(word: &str) -> Part {
        let mut letters = word.chars().filter(|&c| !is_dress(c));
        match (letters.next(), letters.next()) {
            (Some('و'), None) => Part::And,
            (Some('ف' | 'ب' | 'ل' | 'ك'), None) => Part::None,
            (Some('\u{620}'..='\u{64a}'), _) => Part::Any,
            _ if word.chars().any(is_emoji) => Part::None,
            _ if word.chars().any(|c| c.is_alphabetic() && !is_dress(c)) => Part::Any,
            _ => Part::Letterless,
        }
    }

    fn allows(self, tag: &Tag) -> bool {
        match (self, tag) {
            (_, Tag::O) | (Part::Any | Part::Letterless | Part::Initial, _) => true,
            (Part::And, Tag::I(label)) => matches!(&**label, "ORG" | "MISC"),
            (Part::And | Part::None, _) => false,
        }
    }
}

/// What each word of a sentence can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts(Vec<Part>);

impl Parts {
    /// Of the words of a sentence.
    pub(super) fn of(text: &str, words: &[Span]) -> Parts {
        let mut parts: Vec<Part> = words.iter().map(|word| Part::of(word.of(text))).collect();
        for at in 0..words.len() {
            let word = words[at].of(text);
            if matches!(parts[at], Part::And | Part::None) && is_single(word) && is_initial(text, words, at) {
                parts[at] = Part::Initial;
            }
        }
        Parts(parts)
    }

    /// Takes from a word's scores what it cannot be.
    pub(super) fn forbid(&self, word: usize, labels: &Labels, scores: &mut [f32]) {
        let part = self.0[word];
        if matches!(part, Part::Any | Part::Letterless | Part::Initial) {
            return;
        }
        for (score, tag) in scores.iter_mut().zip(labels.tags()) {
            if !part.allows(tag) {
                *score = f32::NEG_INFINITY;
            }
        }
    }

    /// Takes a lone و from the end of a name, and names that have no letter or are one particle.
    pub(super) fn settle(&self, tags: &mut [Tag]) {
        let mut end = tags.len();
        while end > 0 {
            let last = end - 1;
            let Some(label) = tags[last].label().cloned() else {
                end = last;
                continue;
            };
            if self.0[last] == Part::And {
                tags[last] = Tag::O;
                end = last;
                continue;
            }
            let inside = Tag::I(label.clone());
            let mut first = last;
            while first > 0 && tags[first] == inside && tags[first - 1].label() == Some(&label) {
                first -= 1;
            }
            let name = &self.0[first..end];
            if name.iter().all(|part| *part == Part::Letterless) || name == [Part::Initial] {
                tags[first..end].fill(Tag::O);
            }
            end = first;
        }
    }
}

/// Whether a single letter stands in a row of them, with points between them or with one among them that is no particle.
fn is_initial(text: &str, words: &[Span], at: usize) -> bool {
    let is_of_row = |word: &&Span| word.of(text) == "." || is_single(word.of(text));
    // A point behind the row ends the sentence.
    // One more than is looked at: only a row that ends within has an end that matters.
    let behind = || words[at + 1..].iter().take(ROW + 1).take_while(is_of_row);
    let last = behind().filter(|word| is_single(word.of(text))).last();
    let end = last.unwrap_or(&words[at]).end();
    let before = words[..at].iter().rev().take_while(is_of_row);
    let row = before.chain(behind());
    let (mut letters, mut others) = (0, 0);
    for word in row.take(ROW).filter(|word| word.start() < end) {
        letters += usize::from(is_single(word.of(text)));
        others += usize::from(Part::of(word.of(text)) == Part::Any || word.of(text) == ".");
    }
    letters > 0 && others > 0
}

/// Letters and points of a row that are looked at.
const ROW: usize = 16;

fn is_single(word: &str) -> bool {
    let mut letters = word.chars().filter(|&c| !is_dress(c));
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

fn is_dress(c: char) -> bool {
    c == 'ـ' || is_arabic_mark(c) || is_invisible(c)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{231a}'..='\u{23ff}' | '\u{2b05}'..='\u{2b55}'
        | '\u{fe0f}' | '\u{20e3}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment;

    fn words(text: &str) -> Vec<Span> {
        segment(text).into_iter().flat_map(|s| s.words).collect()
    }

    #[test]
    fn a_lone_particle_an_emoji_and_what_has_no_letter_are_no_names() {
        for (word, part) in [
            ("و", Part::And),
            ("وَ", Part::And),
            ("وـ", Part::And),
            ("ب", Part::None),
            ("لِ", Part::None),
            ("😭", Part::None),
            ("❤\u{fe0f}", Part::None),
            ("2024", Part::Letterless),
            ("ـــ", Part::Letterless),
            ("\"", Part::Letterless),
            ("أ", Part::Any),
            ("وا", Part::Any),
            ("F-16", Part::Any),
        ] {
            assert_eq!(Part::of(word), part, "{word}");
        }
    }

    #[test]
    fn a_particle_among_single_letters_is_an_initial() {
        let parts = |text: &str| Parts::of(text, &words(text)).0;
        assert_eq!(parts("قال أ ف ب"), [Part::Any, Part::Any, Part::Initial, Part::Initial]);
        assert_eq!(parts("و م ع"), [Part::Initial, Part::Any, Part::Any]);
        assert_eq!(parts("السيد و. ب"), [Part::Any, Part::Initial, Part::Letterless, Part::Initial]);
        assert_eq!(parts("ثم ف و ك ."), [Part::Any, Part::None, Part::And, Part::None, Part::Letterless]);
        assert_eq!(parts("انا و ب القاهرة"), [Part::Any, Part::And, Part::None, Part::Any]);
        assert_eq!(parts("بيروت و دمشق"), [Part::Any, Part::And, Part::Any]);
    }

    #[test]
    fn a_row_of_any_length_costs_what_it_is_long() {
        let text = "و ".repeat(100_000);
        let words: Vec<Span> = (0..100_000).map(|at| Span::new(&text, 3 * at, 3 * at + 2).unwrap()).collect();
        let began = std::time::Instant::now();
        let parts = Parts::of(&text, &words).0;
        assert!(parts.iter().all(|part| *part == Part::And));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn a_lone_particle_ends_no_name_and_signs_alone_are_none() {
        let settled = |text: &str, tags: &str| {
            let mut tags: Vec<Tag> = tags.split(' ').map(|tag| Tag::parse(tag).unwrap()).collect();
            Parts::of(text, &words(text)).settle(&mut tags);
            tags.iter().map(Tag::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(settled("وزارة التربية و التعليم", "B-ORG I-ORG I-ORG I-ORG"), "B-ORG I-ORG I-ORG I-ORG");
        assert_eq!(settled("وزارة التربية و و", "B-ORG I-ORG I-ORG I-ORG"), "B-ORG I-ORG O O");
        assert_eq!(settled("في 2024 \" قال", "O B-MISC I-MISC O"), "O O O O");
        assert_eq!(settled("20 فبراير 7", "B-MISC I-MISC B-MISC"), "B-MISC I-MISC O");
        assert_eq!(settled("1 2", "I-PER I-LOC"), "O O");
        assert_eq!(settled("أ ف ب", "B-ORG I-ORG I-ORG"), "B-ORG I-ORG I-ORG");
        assert_eq!(settled("أ ف ب", "O B-LOC O"), "O O O");
    }
}
