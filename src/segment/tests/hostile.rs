//! Text made to be slow.

use crate::segment::segment;
use std::time::{Duration, Instant};

/// Bytes of each text: their square is a minute's work.
const BYTES: usize = 1 << 18;
/// A hundred times what a text takes.
const LIMIT: Duration = Duration::from_secs(5);

#[test]
fn time_is_linear_in_the_length_whatever_the_text() {
    for unit in [
        "ا",
        "a",
        "ا.",
        "a.",
        "A.",
        "1.",
        "1",
        ".",
        "..؟",
        "\"",
        "'",
        "\u{64e}",
        "ا\u{64e}",
        "\u{200d}",
        "ا\u{200d}.",
        "😀\u{200d}",
        "🇪",
        "\u{200d}😀",
        "a@",
        "a.b@",
        "@a.",
        "www.",
        "www.!",
        "http://",
        "https://a!",
        "#_",
        "&;",
        "a-",
        "a'",
        "1,",
        "1:a.",
        "ب.ب",
        "بي.بي ",
        "ا .ا",
        "\u{300}",
        "a\u{300}.",
        "\0",
        "\r\n",
        "؟!»",
        "د. ",
        "\u{feff}",
    ] {
        for prefix in ["", "ا", "أ.", "http://", "a@"] {
            let text = format!("{prefix}{}", unit.repeat(BYTES / unit.len()));
            let begin = Instant::now();
            let words: usize = segment(&text).iter().map(|s| s.words.len()).sum();
            assert!(begin.elapsed() < LIMIT, "{prefix:?} {unit:?}: {words} words in {:?}", begin.elapsed());
        }
    }
}

#[test]
fn a_word_of_300_000_letters_is_one_word() {
    for letter in ["ا", "a", "7", "ـ", "ا\u{64e}", "ﻻ", "é"] {
        let word = letter.repeat(300_000);
        let text = format!("قال {word} ثم");
        let sentences = segment(&text);
        let words: Vec<&str> = sentences[0].words.iter().map(|w| w.of(&text)).collect();
        assert_eq!(words, ["قال", &word, "ثم"]);
    }
}
