//! Words to token ids, in overlapping windows.

use crate::Error;
use crate::document::Span;
use crate::normalise::Normaliser;

/// A stretch of a document that goes through the model at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Token ids, special tokens included.
    pub ids: Vec<u32>,
    /// For each word of the window, where its first piece stands in `ids`; `None` for a word that normalises to nothing.
    pub heads: Vec<Option<u32>>,
    /// Index of the window's first word in the list that was encoded.
    pub first_word: usize,
}

/// A tokenizer with what surrounds it.
#[derive(Debug)]
pub struct Encoder {
    normaliser: Normaliser,
}

impl Encoder {
    /// From the bytes of `tokenizer.json`; `origin` names it in errors. Windows hold at most `window` tokens, special ones
    /// included, and share `overlap` tokens with the next, rounded to whole words.
    pub fn new(
        tokenizer: &[u8],
        origin: &str,
        normaliser: Normaliser,
        window: usize,
        overlap: usize,
    ) -> Result<Encoder, Error> {
        let _ = (tokenizer, origin, window, overlap);
        Ok(Encoder { normaliser })
    }

    /// The normaliser.
    pub fn normaliser(&self) -> Normaliser {
        self.normaliser
    }

    /// The pieces of one word, after normalising it; empty for a word that normalises to nothing. Pieces of one word
    /// are capped so that a window always holds a whole word.
    pub fn pieces(&self, word: &str) -> Vec<u32> {
        let _ = word;
        todo!()
    }

    /// All windows of a list of words; every word is in at least one.
    pub fn encode(&self, text: &str, words: &[Span]) -> Vec<Window> {
        let _ = (text, words);
        todo!()
    }

    /// Number of token ids.
    pub fn vocab_size(&self) -> usize {
        todo!()
    }

    /// The id of a special or other token.
    pub fn token_id(&self, token: &str) -> Option<u32> {
        let _ = token;
        todo!()
    }
}
