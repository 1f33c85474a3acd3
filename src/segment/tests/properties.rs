//! What holds for any text.

use crate::document::Span;
use crate::formats::offsets::{OffsetUnit, Offsets};
use crate::segment::segment;
use proptest::prelude::*;

/// What nobody sees: white space, control characters, bidi marks, joiners, variation selectors.
const UNSEEN: &str = " \t\r\n\0\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{2009}\
    \u{2028}\u{202a}\u{202b}\u{202c}\u{2060}\u{2066}\u{2067}\u{2069}\u{3000}\u{fe0f}\u{feff}";

/// What news is made of, letter by letter.
const SEEN: &str = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئٱپچژگیکـ\u{64b}\u{64e}\u{650}\u{651}\u{652}\u{670}\u{653}\u{654}\
    ﻻﺏﺑﷲﷺﷻ﷼﷽ﺍﻣ٠١٩۱۲0129.,:;!?؟،؛…“”«»\"'‘’()[]{}<>-–—_/\\@#&%٪٫٬*+=~^|$€•abcXYZéßЖשあ東\u{300}\u{20e3}😀👍🏽🇪🇬❤\u{fffd}\u{10ffff}";

/// Stretches that have rules of their own.
const STRETCHES: [&str; 20] = [
    "https://a.b/c",
    "www.",
    "a.b@c.de",
    "أ.ف.ب",
    "U.N.",
    "د. ",
    "8.4",
    "11/8/2017",
    "...",
    "..",
    "…",
    "؟!",
    ".”",
    "&quot;",
    "#كأس_العالم",
    "\r\n",
    "👨\u{200d}👩",
    "بي.بي.سي",
    " .",
    "2017م.",
];

fn texts() -> impl Strategy<Value = String> {
    let seen = prop::sample::select(SEEN.chars().map(String::from).collect::<Vec<_>>());
    let unseen = prop::sample::select(UNSEEN.chars().map(String::from).collect::<Vec<_>>());
    let word = "[ابتمنلويد]{1,5}";
    let stretch = prop::sample::select(STRETCHES.map(String::from).to_vec());
    let any = any::<char>().prop_map(String::from);
    let piece = prop_oneof![6 => seen, 3 => unseen, 3 => word, 2 => stretch, 1 => any];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// What Python takes as `text[start:end]`.
fn python_slice(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end - start).collect()
}

/// What JavaScript takes as `text.substring(start, end)`.
fn javascript_slice(text: &str, start: usize, end: usize) -> String {
    String::from_utf16_lossy(&text.encode_utf16().collect::<Vec<_>>()[start..end])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn every_visible_character_is_in_exactly_one_word(text in texts()) {
        let words: Vec<Span> = segment(&text).into_iter().flat_map(|s| s.words).collect();
        for pair in words.windows(2) {
            prop_assert!(pair[0].end() <= pair[1].start(), "{:?}", pair);
        }
        for (at, c) in text.char_indices().filter(|(_, c)| SEEN.contains(*c)) {
            let holding = words.iter().filter(|w| w.start() <= at && at + c.len_utf8() <= w.end()).count();
            prop_assert_eq!(holding, 1, "{:?} at {}", c, at);
        }
    }

    #[test]
    fn no_word_is_of_nothing_or_has_white_space(text in texts()) {
        for sentence in segment(&text) {
            prop_assert!(!sentence.words.is_empty());
            for word in &sentence.words {
                prop_assert!(Span::new(&text, word.start(), word.end()).is_ok());
                let letters = word.of(&text);
                prop_assert!(!letters.contains([' ', '\n', '\r', '\t', '\0', '\u{a0}', '\u{200b}']), "{:?}", letters);
                prop_assert!(!UNSEEN.contains(letters.chars().next().unwrap_or(' ')), "{:?}", letters);
            }
        }
    }

    #[test]
    fn a_word_is_what_python_and_javascript_slice(text in texts()) {
        let (chars, utf16) = (Offsets::new(&text, OffsetUnit::Char), Offsets::new(&text, OffsetUnit::Utf16));
        for word in segment(&text).into_iter().flat_map(|s| s.words) {
            let (start, end) = (word.start(), word.end());
            prop_assert_eq!(python_slice(&text, chars.of_byte(start), chars.of_byte(end)), word.of(&text));
            prop_assert_eq!(javascript_slice(&text, utf16.of_byte(start), utf16.of_byte(end)), word.of(&text));
        }
    }

    #[test]
    fn a_line_is_cut_the_same_wherever_it_stands(before in texts(), text in texts()) {
        let (own, all) = (segment(&text), format!("{before}\n{text}"));
        let shift = before.len() + 1;
        let there = segment(&all).into_iter().filter(|s| s.words[0].start() >= shift);
        let there: Vec<Vec<(usize, usize)>> =
            there.map(|s| s.words.iter().map(|w| (w.start() - shift, w.end() - shift)).collect()).collect();
        let own: Vec<Vec<(usize, usize)>> =
            own.iter().map(|s| s.words.iter().map(|w| (w.start(), w.end())).collect()).collect();
        prop_assert_eq!(there, own);
    }
}
