//! Nothing is cut off, however long.

use super::texts::sentences;
use super::tiny::{self, Clitics};
use alam::encode::sources;
use alam::segment::segment;
use alam::{Options, Tagger};

fn tagger() -> Tagger {
    tiny::tagger(Clitics::Head, Options::default())
}

/// Thousands of words without a mark that could end a sentence.
fn paragraph() -> String {
    let text = sentences().join(" ");
    let words = text.split(|c: char| c.is_whitespace() || ".!?؟؛;…\"".contains(c)).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(" ").repeat(4)
}

#[test]
fn every_word_of_a_sentence_of_thousands_has_a_row_of_scores() {
    let (tagger, text) = (tagger(), paragraph());
    let sentences = segment(&text);
    assert_eq!(sentences.len(), 1);
    let words = &sentences[0].words;
    let windows = tagger.encoder().encode(&text, words);
    assert!(windows.len() > 100 && windows.iter().all(|w| w.ids.len() <= tagger.encoder().window()));
    assert!(sources(&windows, words.len()).iter().all(Option::is_some));
}

#[test]
fn names_are_found_to_the_last_word_of_a_sentence_of_thousands() {
    let (tagger, text) = (tagger(), paragraph());
    let names = tagger.tag(&text).unwrap();
    for tenth in 0..10 {
        let stretch = tenth * text.len() / 10..(tenth + 1) * text.len() / 10;
        let here = names.iter().filter(|e| stretch.contains(&e.span.start())).count();
        assert!(here > 10, "{here} names in tenth {tenth}");
    }
}

#[test]
fn a_sentence_of_a_hundred_thousand_words_has_names_to_its_end_and_none_across_a_comma() {
    let paragraph = paragraph();
    let repeats = 100_000 / paragraph.split(' ').count() + 1;
    let text = format!("{paragraph} ، ").repeat(repeats);
    assert_eq!(segment(&text).len(), 1);
    let tagger = tiny::tagger(Clitics::Head, Options { second_look: false, ..Options::default() });
    let names = tagger.tag(&text).unwrap();
    assert!(names.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
    let of_one = tagger.tag(&format!("{paragraph} ،")).unwrap().len();
    // Windows fall otherwise each time, so that a few names differ.
    assert!(names.len().abs_diff(of_one * repeats) < names.len() / 10, "{} {of_one} {repeats}", names.len());
    let last = text.len() - paragraph.len();
    assert!(names.iter().filter(|e| e.span.start() > last).count() > of_one / 2);
}

#[test]
fn a_name_in_the_middle_of_a_window_is_that_of_the_window_alone() {
    let (tagger, text) = (tagger(), paragraph());
    let words = &segment(&text)[0].words;
    let windows = tagger.encoder().encode(&text, words);
    let window = &windows[windows.len() / 2];
    let (first, last) = (words[window.first_word], words[window.first_word + window.heads.len() - 1]);
    let alone = &text[first.start()..last.end()];
    let middle = text.len().min(first.start() + alone.len() / 3)..first.start() + 2 * alone.len() / 3;
    let inside = |start: usize| middle.contains(&start);
    let whole: Vec<_> = tagger.tag(&text).unwrap().into_iter().filter(|e| inside(e.span.start())).collect();
    assert!(!whole.is_empty());
    let names = tagger.tag(alone).unwrap();
    let names: Vec<_> = names.iter().filter(|e| inside(first.start() + e.span.start())).collect();
    assert_eq!(
        names.iter().map(|e| (e.span.of(alone), &e.label)).collect::<Vec<_>>(),
        whole.iter().map(|e| (e.span.of(&text), &e.label)).collect::<Vec<_>>()
    );
}

#[test]
fn a_word_of_300_000_letters_has_one_label_and_spoils_no_other() {
    let tagger = tagger();
    let mut found = 0;
    for letter in ["ا", "a", "7", "م\u{64e}", "ـ"] {
        for sentence in sentences().into_iter().step_by(5) {
            let with = |length: usize| format!("{sentence} {}", letter.repeat(length));
            let names = |text: &str| -> Vec<(usize, String, u32)> {
                let names = tagger.tag(text).unwrap();
                names.iter().map(|e| (e.span.start(), e.label.to_string(), e.score.unwrap().to_bits())).collect()
            };
            let wanted = names(&with(300));
            found += wanted.len();
            assert_eq!(names(&with(300_000)), wanted);
        }
    }
    assert!(found > 50, "{found} names");
}

#[test]
fn texts_of_nothing_have_no_names() {
    let tagger = tagger();
    for text in ["", " ", "\n\n", "\u{feff}", "\0", "\u{64e}", "ـ", "\u{200d}\u{200d}"] {
        assert_eq!(tagger.tag(text).unwrap(), [], "{text:?}");
    }
}
