//! The words and sentences of text as it is scraped.

mod hostile;
mod properties;
mod sentences;
mod words;

use super::segment;

/// All words of a text.
fn words(text: &str) -> Vec<&str> {
    segment(text).iter().flat_map(|s| s.words.iter().map(|w| w.of(text))).collect()
}

/// Each sentence, a space between two words.
fn lines(text: &str) -> Vec<String> {
    segment(text).iter().map(|s| s.words.iter().map(|w| w.of(text)).collect::<Vec<_>>().join(" ")).collect()
}

/// Each text with its words, a space between two.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (text, wanted) in table {
        assert_eq!(words(text).join(" "), *wanted, "{text}");
    }
}
