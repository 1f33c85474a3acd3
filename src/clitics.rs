//! Which letters before a name are و ف ب ل ك, and not the name.

use crate::document::Span;

/// Number of classes of the clitic head: 0 to 3 letters before the name.
pub const CLASSES: usize = 4;

/// For each number of letters 0..=3, the bytes of the word that they take (marks and tatweel behind them included), where
/// Arabic spelling lets them be proclitics and leaves at least two letters to the name.
///
/// Allowed are و or ف, then ب, ل or ك, and لل for ل before the article.
pub fn cuts(word: &str) -> [Option<usize>; CLASSES] {
    let _ = word;
    todo!()
}

/// The class that a gold cut of so many bytes is; `None` if it is no proclitic by [`cuts`].
pub fn class_of(word: &str, bytes: usize) -> Option<usize> {
    let _ = (word, bytes);
    todo!()
}

/// The name without its proclitics, from the clitic head's logits for its first word: the likeliest class that [`cuts`] allows.
pub fn cut_by_scores(text: &str, name: Span, first_word: Span, logits: &[f32]) -> Span {
    let _ = (text, name, first_word, logits);
    todo!()
}

/// The name without its proclitics, for a model without the head: by a lexicon of names that begin with those letters.
pub fn cut_by_rule(text: &str, name: Span, first_word: Span) -> Span {
    let _ = (text, name, first_word);
    todo!()
}
