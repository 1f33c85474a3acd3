//! Words of a corpus as the running text they may have been: what `--raw` has a model tag.
//!
//! The rule. A word that is only closing marks (`. , : ; ! ? … % ) ] } » ” ’` and the Arabic `، ؛ ؟ ٪`) is written together
//! with the word before it, one that is only opening marks (`( [ { « “ ‘`) with the word behind it. Of the straight quotes
//! `"` and `'` of a sentence, each kind for itself, the first, third, fifth opens and the others close. Between all other
//! words stands one space. A sentence that ends in `. ! ? ؟ …`, be it before closing brackets and quotes, is followed by a
//! space, every other by a line feed: it is a headline.
//!
//! The letters of a word are never changed, so each keeps its name, at a new place.

use crate::document::{Document, Entity, Sentence, Span};

const CLOSING: &str = ".,:;!?…%)]}»”’،؛؟٪";
const OPENING: &str = "([{«“‘";
const FULL_STOPS: &str = ".!?؟…";
const AFTER_STOPS: &str = ")]}»”’\"'";

/// Which of its neighbours a word is written together with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
    Neither,
}

/// Straight quotes of a sentence so far.
#[derive(Debug, Clone, Copy, Default)]
struct Quotes {
    double: usize,
    single: usize,
}

impl Quotes {
    fn side(&mut self, word: &str) -> Side {
        let seen = match word {
            "\"" => &mut self.double,
            "'" => &mut self.single,
            _ if word.chars().all(|c| CLOSING.contains(c)) => return Side::Before,
            _ if word.chars().all(|c| OPENING.contains(c)) => return Side::Behind,
            _ => return Side::Neither,
        };
        *seen += 1;
        if *seen % 2 == 1 { Side::Behind } else { Side::Before }
    }
}

/// The document as running text: the same words and the same names, at their new places. A document without words of its own
/// is running text already.
pub fn join(document: &Document) -> Document {
    let Some(sentences) = &document.sentences else { return document.clone() };
    let mut text = String::with_capacity(document.text.len());
    // Old place and new place of each word.
    let mut places: Vec<(Span, usize)> = Vec::new();
    let mut stop = true;
    for sentence in sentences.iter().filter(|sentence| !sentence.words.is_empty()) {
        if !text.is_empty() {
            text.push(if stop { ' ' } else { '\n' });
        }
        let mut quotes = Quotes::default();
        let mut together = true;
        for &word in &sentence.words {
            let letters = word.of(&document.text);
            let side = quotes.side(letters);
            if !together && side != Side::Before {
                text.push(' ');
            }
            places.push((word, text.len()));
            text.push_str(letters);
            together = side == Side::Behind;
        }
        stop = text.trim_end_matches(|c| AFTER_STOPS.contains(c)).ends_with(|c| FULL_STOPS.contains(c));
    }
    let moved = |old: Span| {
        let first = places.partition_point(|(word, _)| word.end() <= old.start());
        let last = places.partition_point(|(word, _)| word.start() < old.end()).checked_sub(1)?;
        let (first, last) = (places.get(first)?, places.get(last)?);
        let start = first.1 + old.start().checked_sub(first.0.start())?;
        Span::new(&text, start, last.1 + old.end().checked_sub(last.0.start())?).ok()
    };
    let words = |sentence: &Sentence| Sentence { words: sentence.words.iter().filter_map(|&w| moved(w)).collect() };
    let name = |entity: &Entity| {
        Some(Entity { span: moved(entity.span)?, token_span: moved(entity.token_span)?, ..entity.clone() })
    };
    let (sentences, entities) =
        (sentences.iter().map(words).collect(), document.entities.iter().filter_map(name).collect());
    let (id, date, columns) = (document.id.clone(), document.date.clone(), document.columns);
    Document { text, sentences: Some(sentences), entities, id, date, columns, ..Document::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A document of these sentences, their words parted by spaces, as the reader of columns makes it.
    fn document(sentences: &[&str]) -> Document {
        let text = sentences.join("\n");
        let mut start = 0;
        let mut of_words = Vec::new();
        for sentence in sentences {
            let mut words = Vec::new();
            for word in sentence.split(' ').filter(|word| !word.is_empty()) {
                words.push(Span::new(&text, start, start + word.len()).unwrap());
                start += word.len() + 1;
            }
            of_words.push(Sentence { words });
        }
        Document { id: "d".into(), text, sentences: Some(of_words), ..Document::default() }
    }

    fn joined(sentences: &[&str]) -> String {
        join(&document(sentences)).text
    }

    #[test]
    fn marks_stand_where_writers_put_them() {
        assert_eq!(joined(&["قال ( بوتين ) : نعم ، لا ."]), "قال (بوتين): نعم، لا.");
        assert_eq!(joined(&["« القدس » و “ الحياة ” ؟"]), "«القدس» و “الحياة”؟");
        assert_eq!(joined(&["ارتفع 5 % - أي 8.4 !!"]), "ارتفع 5% - أي 8.4!!");
        assert_eq!(joined(&[") ، هكذا"]), ")، هكذا");
    }

    #[test]
    fn straight_quotes_open_and_close_by_turns() {
        assert_eq!(joined(&["قال \" نعم \" ثم \" لا \" ."]), "قال \"نعم\" ثم \"لا\".");
        assert_eq!(joined(&["\" أ ' ب ' ت \""]), "\"أ 'ب' ت\"");
        assert_eq!(joined(&["قال \" نعم .", "ثم \" لا"]), "قال \"نعم. ثم \"لا");
    }

    #[test]
    fn a_sentence_with_a_stop_is_followed_by_a_space_and_a_headline_by_a_line_feed() {
        assert_eq!(
            joined(&["عنوان الخبر", "جملة أولى .", "« ثانية ! »", "ثالثة"]),
            "عنوان الخبر\nجملة أولى. «ثانية!» ثالثة"
        );
    }

    #[test]
    fn names_keep_their_letters() {
        let mut document = document(&["عاد إلى ( الأمم المتحدة ) .", "زار غزة"]);
        for name in ["الأمم المتحدة", "غزة"] {
            let start = document.text.find(name).unwrap();
            document.entities.push(Entity::new(Span::new(&document.text, start, start + name.len()).unwrap(), "ORG"));
        }
        let running = join(&document);
        let names: Vec<&str> = running.entities.iter().map(|e| e.span.of(&running.text)).collect();
        assert_eq!(names, ["الأمم المتحدة", "غزة"]);
    }

    #[test]
    fn a_text_stays_as_it_is() {
        let document = Document { text: "نص ، كما هو".into(), ..Document::default() };
        assert_eq!(join(&document), document);
    }

    proptest! {
        #[test]
        fn every_word_is_there_once_and_in_order(words in prop::collection::vec("[a-cء-ي.،()\"'«»]{1,3}", 1..12)) {
            let document = document(&[&words.join(" "), "أ ب"]);
            let running = join(&document);
            let found: Vec<&str> =
                running.sentences.iter().flatten().flat_map(|s| &s.words).map(|w| w.of(&running.text)).collect();
            let wanted: Vec<&str> = words.iter().map(String::as_str).chain(["أ", "ب"]).collect();
            prop_assert_eq!(found, wanted);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&running.text), letters(&document.text));
        }
    }
}
