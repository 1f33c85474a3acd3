//! Tokens that stand in every vocabulary, and the mark of those that continue a word.

/// Padding; its id is 0, as everywhere in this project.
pub const PADDING: &str = "[PAD]";
/// A word with a letter that is not in the alphabet.
pub const UNKNOWN: &str = "[UNK]";
/// The first token of every sequence.
pub const FIRST: &str = "[CLS]";
/// The last token of every sequence.
pub const LAST: &str = "[SEP]";
/// What stands for a piece that is to be guessed.
pub const MASK: &str = "[MASK]";
/// The special tokens, in the order of their ids from 0.
pub const SPECIAL: [&str; 5] = [PADDING, UNKNOWN, FIRST, LAST, MASK];
/// Ids behind the special ones that no text uses: room for tokens that somebody wants to add later.
pub const UNUSED: usize = 11;
/// What marks a piece that continues a word.
pub const CONTINUING: &str = "##";
