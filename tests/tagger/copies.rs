//! Vowel marks, tatweel and presentation forms change nothing but the bytes.

use super::texts::sentences;
use super::tiny::{self, Clitics};
use alam::{Options, Tagger};
use alam_models::Rng;
use unicode_normalization::UnicodeNormalization;

/// A name by its letters alone, its type, every bit of its score, and its canonical form, which is the name itself where there
/// is nothing to say.
type Name = (String, String, u32, String);

fn is_letter(c: char) -> bool {
    ('\u{621}'..='\u{64a}').contains(&c) && c != 'ـ'
}

fn bare(text: &str) -> String {
    text.nfkc().filter(|c| !matches!(c, 'ـ' | '\u{64b}'..='\u{652}' | '\u{670}' | '\u{200c}'..='\u{200f}')).collect()
}

fn names(tagger: &Tagger, text: &str) -> Vec<Name> {
    let name = |e: &alam::Entity| {
        (
            bare(e.span.of(text)),
            e.label.to_string(),
            e.score.unwrap().to_bits(),
            bare(e.canonical.as_deref().unwrap_or(e.span.of(text))),
        )
    };
    tagger.tag(text).unwrap().iter().map(name).collect()
}

/// A copy in which each letter is replaced.
fn dressed(text: &str, mut dress: impl FnMut(char) -> String) -> String {
    text.chars().map(|c| if is_letter(c) { dress(c) } else { c.to_string() }).collect()
}

/// The isolated, final, initial and medial forms of a letter.
fn forms(c: char) -> Vec<char> {
    ('\u{fe80}'..='\u{fef4}').filter(|&form| std::iter::once(form).nfkc().eq([c])).collect()
}

#[test]
fn copies_of_a_text_have_the_same_names() {
    const MARKS: [&str; 9] =
        ["", "\u{64e}", "\u{64f}", "\u{650}", "\u{652}", "\u{651}\u{64e}", "\u{64b}", "\u{64d}", "\u{670}"];
    for clitics in [Clitics::Head, Clitics::Rule] {
        let tagger = tiny::tagger(clitics, Options::default());
        let (mut rng, mut found) = (Rng::new(3), 0);
        for sentence in sentences() {
            let wanted = names(&tagger, sentence);
            found += wanted.len();
            let copies = [
                dressed(sentence, |c| format!("{c}{}", MARKS[rng.below(MARKS.len())])),
                dressed(sentence, |c| format!("{c}\u{64e}")),
                dressed(sentence, |c| format!("{c}ـــ")),
                dressed(sentence, |c| format!("{c}\u{200d}")),
                dressed(sentence, |c| format!("{c}ـ\u{651}\u{650}\u{200f}")),
                dressed(sentence, |c| forms(c).first().unwrap_or(&c).to_string()),
            ];
            for copy in copies {
                assert_ne!(copy, sentence);
                assert_eq!(names(&tagger, &copy), wanted, "{copy}");
            }
        }
        assert!(found > 100, "{found} names");
    }
}

#[test]
fn a_word_of_marks_alone_changes_nothing_around_it() {
    let tagger = tiny::tagger(Clitics::Head, Options::default());
    let mut found = 0;
    for sentence in sentences() {
        let wanted = names(&tagger, sentence);
        found += wanted.len();
        let copy = sentence.replacen(' ', " \u{64e}\u{651} ", 3).replacen(' ', " ـــ ", 1);
        let copied: Vec<Name> = names(&tagger, &copy)
            .into_iter()
            .map(|(name, label, score, canonical)| {
                let [name, canonical] = [name, canonical].map(|n| n.split_whitespace().collect::<Vec<_>>().join(" "));
                (name, label, score, canonical)
            })
            .collect();
        assert_eq!(copied, wanted, "{copy}");
    }
    assert!(found > 100, "{found} names");
}
