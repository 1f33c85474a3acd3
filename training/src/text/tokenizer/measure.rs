//! What a vocabulary costs on a text: pieces a word, and words that it cannot spell.

use super::special::UNKNOWN;
use alam::encode::Encoder;
use alam::segment::segment;
use serde::Serialize;

/// Sums over the words of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Words that are not empty after normalising.
    pub words: u64,
    /// Their pieces.
    pub pieces: u64,
    /// Words of a single piece.
    pub whole: u64,
    /// Words with an unknown piece.
    pub unknown: u64,
}

impl Coverage {
    /// Adds the words of a text.
    pub fn add(&mut self, encoder: &Encoder, text: &str) {
        let unknown = encoder.token_id(UNKNOWN);
        for word in segment(text).iter().flat_map(|sentence| &sentence.words) {
            let pieces = encoder.pieces(word.of(text));
            if pieces.is_empty() {
                continue;
            }
            self.words += 1;
            self.pieces += pieces.len() as u64;
            self.whole += u64::from(pieces.len() == 1);
            self.unknown += u64::from(pieces.iter().any(|&id| Some(id) == unknown));
        }
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let share = |n: u64| n as f64 / self.words.max(1) as f64;
        let (pieces, whole, unknown) = (share(self.pieces), 100.0 * share(self.whole), 100.0 * share(self.unknown));
        write!(f, "{} words, {pieces:.4} pieces a word, {whole:.2} % whole, {unknown:.4} % unknown", self.words)
    }
}
