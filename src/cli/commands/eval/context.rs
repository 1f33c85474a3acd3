//! A name with some of what stands around it, for one line of a terminal.

use crate::Span;

/// Characters on each side.
const SIDE: usize = 32;

/// The letters of a span between `[` and `]`, with some words before and behind; line ends become spaces.
pub(crate) fn of(text: &str, span: Span) -> String {
    let before = &text[..span.start()];
    let behind = &text[span.end()..];
    let from = before.char_indices().rev().nth(SIDE - 1).map_or(0, |(at, _)| at);
    // A word that would be cut is left out.
    let cut = if from == 0 { 0 } else { before[from..].find(char::is_whitespace).map_or(before.len(), |at| from + at) };
    let to = behind.char_indices().nth(SIDE).map_or(behind.len(), |(at, _)| at);
    let end = if to == behind.len() { to } else { behind[..to].rfind(char::is_whitespace).unwrap_or(0) };
    let left = if cut == 0 { "" } else { "…" };
    let right = if end == behind.len() { "" } else { "…" };
    let line = format!("{left}{}[{}]{}{right}", &before[cut..], span.of(text), &behind[..end]);
    line.replace(|c: char| c.is_whitespace() || c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, name: &str) -> String {
        let start = text.find(name).unwrap();
        of(text, Span::new(text, start, start + name.len()).unwrap())
    }

    #[test]
    fn a_short_text_is_given_whole_and_on_one_line() {
        assert_eq!(around("زار بوتين\nمصر", "بوتين"), "زار [بوتين] مصر");
        assert_eq!(around("بوتين", "بوتين"), "[بوتين]");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        let words = "كلمة ".repeat(20);
        let line = around(&format!("{words}بوتين {words}"), "بوتين");
        assert_eq!(line, "… كلمة كلمة كلمة كلمة كلمة كلمة [بوتين] كلمة كلمة كلمة كلمة كلمة كلمة…");
    }

    #[test]
    fn a_word_without_end_is_left_out() {
        let word = "ا".repeat(100);
        assert_eq!(around(&format!("{word}بوتين{word}"), "بوتين"), "…[بوتين]…");
    }
}
